using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Effects.Engine;

namespace Floe.Cli.Commands;

/// <summary><c>floe machine</c>: threads, BLAS and the rate of matrix products.</summary>
internal static class MachineCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Setting<bool> json = Common.Json();
        return new FloeCommand("machine", "Measures what this machine gives LibTorch, and warns when it is slow.", "floe machine", [json], call =>
            MachineCheck.Run().Map(figures =>
            {
                ResultPage.Write(call.Terminal, Result(figures), call.Get(json));
                figures.Warning.IfSome(call.Terminal.Warn);
                return LanguageExt.Unit.Default;
            }));
    }

    private static JsonObject Result(MachineFigures figures) => new()
    {
        ["cores"] = figures.Cores,
        ["threads"] = figures.Threads,
        ["blas"] = figures.Blas,
        ["sgemm_gflops"] = Math.Round(figures.SgemmGigaflops, 1),
        ["expected_gflops"] = figures.ExpectedGigaflops,
        ["cuda"] = figures.Cuda,
    };
}
