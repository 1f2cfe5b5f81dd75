using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Effects.Engine;
using LanguageExt;

namespace Floe.Cli.Commands;

/// <summary><c>floe machine</c>: threads, what computes products, and their rates.</summary>
internal static class MachineCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "machine", "Measures what this machine gives LibTorch, and warns when it is slow.", "floe machine", [json], call =>
            from figures in MachineCheck.Run()
            from choices in MachineCheck.Choices()
            select Print(call, figures, choices, call.Get(json)));
    }

    private static Unit Print(Invocation call, MachineFigures figures, EngineChoices choices, bool json)
    {
        ResultPage.Write(call.Terminal, Result(figures, choices), json);
        figures.Warning.IfSome(call.Terminal.Warn);
        return Unit.Default;
    }

    private static JsonObject Result(MachineFigures figures, EngineChoices choices) => new()
    {
        ["cores"] = figures.Cores,
        ["threads"] = figures.Threads,
        ["sgemm_gflops"] = Math.Round(figures.SgemmGigaflops, 1),
        ["expected_gflops"] = figures.ExpectedGigaflops,
        ["products"] = choices.Products == ProductWay.OneDnn ? "onednn" : "mkl",
        ["mkl_gflops"] = Math.Round(choices.MklGigaflops, 1),
        ["onednn_gflops"] = Math.Round(choices.OneDnnGigaflops, 1),
        ["bfloat16"] = choices.BFloat16,
        ["bfloat16_gflops"] = Math.Round(choices.BFloat16Gigaflops, 1),
        ["freed_memory_kept"] = choices.KeepsMemory,
        ["cuda"] = figures.Cuda,
    };
}
