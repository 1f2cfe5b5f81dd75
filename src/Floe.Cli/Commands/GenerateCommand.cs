using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe generate</c>: continues a prompt.</summary>
internal static class GenerateCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        ModelInputs model = new();
        Setting<string?> adapter = Common.Adapter();
        Setting<string?> prompt = Inputs.Text("--prompt", "TEXT", "What the model continues.");
        Setting<string?> file = Inputs.Text("--text", "FILE", "File whose whole text is the prompt.");
        SamplingInputs sampling = new(64);
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "generate",
            "Continues a prompt with a model, and prints the text while it is written.",
            "floe generate --model data/default --prompt \"Once upon a time\" --tokens 24",
            [.. model.All, adapter, prompt, file, .. sampling.All, json],
            call =>
                from text in PromptText.Of(call.Get(prompt), call.Get(file))
                from stops in sampling.Stops(call)
                from answer in model.With(call, opened => OpenedAdapter.With(Optional(call.Get(adapter)!), opened, set =>
                    from options in sampling.Read(call, opened.Tokenizer.Tables.Ends.ToHashSet())
                    from written in Continue(
                        opened, set, text, options, stops, call.Get(json) ? _ => { } : piece => Show(call.Terminal, piece))
                    select written), adapter)
                select End(call.Terminal, text, answer, call.Get(json)));
    }

    private static Either<FloeError, GeneratedText> Continue(
        OpenedModel model, AdapterSet? adapters, string prompt, GenerationOptions options, Arr<string> stops, Action<string> write) =>
        model.Tokenizer.EncodeOpening(prompt).ToArray() is not { Length: > 0 } ids
            ? new FloeError.Usage("--prompt, --text", "a prompt of at least one token", "the prompt is empty", "Give a text to continue.")
            : TextGeneration.Run(model, adapters, [ids], options, stops, (_, piece) => write(piece)).Map(answers => answers[0]);

    private static void Show(Terminal terminal, string piece)
    {
        terminal.Out.Write(piece);
        terminal.Out.Flush();
    }

    private static Unit End(Terminal terminal, string prompt, GeneratedText answer, bool json)
    {
        if (json)
        {
            JsonOutput.Write(terminal, new JsonObject { ["prompt"] = prompt, ["text"] = answer.Text, ["tokens"] = answer.Tokens });
        }
        else
        {
            terminal.Out.WriteLine();
        }

        return Unit.Default;
    }
}
