using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using LanguageExt;

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
        Setting<int> tokens = Inputs.Whole("--tokens", "Most new tokens.", 64, 1);
        Setting<double> temperature = Inputs.Real("--temperature", "0 takes the likeliest token, above 0 draws.", 0, 0, 100);
        Setting<double> topP = Inputs.Real("--top-p", "Draw from the likeliest tokens that hold this share of the probability.", 1, 1e-6, 1);
        Setting<int> seed = Common.Seed();
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "generate",
            "Continues a prompt with a model.",
            "floe generate --model data/default --prompt \"Once upon a time\" --tokens 24",
            [.. model.All, adapter, prompt, file, tokens, temperature, topP, seed, json],
            call =>
                from text in PromptText.Of(call.Get(prompt), call.Get(file))
                from answer in model.With(call, opened => OpenedAdapter.With(Prelude.Optional(call.Get(adapter)!), opened, set =>
                    Continue(opened, set, text, call.Get(tokens), call.Get(temperature), call.Get(topP), (ulong)call.Get(seed))), adapter)
                select Print(call.Terminal, text, answer.Text, answer.Tokens, call.Get(json)));
    }

    private static Either<FloeError, (string Text, int Tokens)> Continue(
        OpenedModel model, AdapterSet? adapters, string prompt, int tokens, double temperature, double topP, ulong seed) =>
        model.Tokenizer.EncodeOpening(prompt).ToArray() is not { Length: > 0 } ids
            ? new FloeError.Usage("--prompt, --text", "a prompt of at least one token", "the prompt is empty", "Give a text to continue.")
            : Generation.Run(
            model.Decoder,
            adapters,
            [ids],
            new GenerationOptions(tokens, model.Tokenizer.Special.Eos.ToHashSet(), temperature, topP, seed))
        .Map(answers => (model.Tokenizer.Decode(answers[0], skipSpecial: true), answers[0].Count));

    private static Unit Print(Terminal terminal, string prompt, string text, int tokens, bool json)
    {
        if (json)
        {
            JsonOutput.Write(terminal, new JsonObject { ["prompt"] = prompt, ["text"] = text, ["tokens"] = tokens });
        }
        else
        {
            terminal.Out.WriteLine(text);
        }

        return Unit.Default;
    }
}
