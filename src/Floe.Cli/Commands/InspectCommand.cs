using System.CommandLine;
using Floe.Cli.Inspections;
using Floe.Cli.Options;
using Floe.Cli.Shell;

namespace Floe.Cli.Commands;

/// <summary><c>floe inspect</c>: says what a file is.</summary>
internal static class InspectCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> file = Inputs.Path("file", "Any file or folder that Floe reads.");
        Setting<string?> model = Inputs.Text("--model", "PATH", "The base model of an adapter, to check the adapter against it; or the "
            + "model that is to read samples, to show one as it reads it.");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "inspect", "Says what a file is and what it holds.", "floe inspect plans/smollm2.yaml", [file, model, json], call =>
            FileKinds.Inspect(call.Get(file), call.Get(model) is { } given ? LanguageExt.Prelude.Some(given) : LanguageExt.Prelude.None)
                .Map(result =>
            {
                ResultPage.Write(call.Terminal, result, call.Get(json));
                return LanguageExt.Unit.Default;
            }));
    }
}
