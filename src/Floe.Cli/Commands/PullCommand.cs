using System.CommandLine;
using System.Globalization;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Effects.Hub;
using LanguageExt;

namespace Floe.Cli.Commands;

/// <summary><c>floe pull</c>: fetches a model from a hub into the usual cache.</summary>
internal static class PullCommand
{
    private const double Mebibyte = 1 << 20;

    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> model = Inputs.Path("model", "The model on the hub: org/name or org/name@revision.");
        return new FloeCommand(
            "pull",
            "Fetches a model from a hub (HF_ENDPOINT) into the usual cache (HF_HOME), and prints its folder.",
            "floe pull HuggingFaceTB/SmolLM2-135M-Instruct",
            [model],
            call =>
                from name in HubName.Parse(call.Get(model))
                from folder in HubPull.Run(name, Progress(call.Terminal))
                select Print(call.Terminal, folder));
    }

    // A line a file: when it begins, and when it is whole.
    private static Action<string, long, long> Progress(Terminal terminal)
    {
        string begun = "";
        return (file, there, size) =>
        {
            if (file != begun)
            {
                begun = file;
                terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{file}: {size / Mebibyte:F1} MiB"));
            }
        };
    }

    private static Unit Print(Terminal terminal, string folder)
    {
        terminal.Out.WriteLine(folder);
        return Unit.Default;
    }
}
