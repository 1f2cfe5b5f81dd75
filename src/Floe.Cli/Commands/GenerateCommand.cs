using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe generate</c>: continues a prompt, or each of a file.</summary>
internal static class GenerateCommand
{
    private const int AtOnce = 16;

    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        ModelInputs model = new();
        Setting<string?> adapter = Common.Adapter();
        Setting<string?> prompt = Inputs.Text("--prompt", "TEXT", "What the model continues.");
        Setting<string?> file = Inputs.Text("--text", "FILE", "File whose whole text is the prompt.");
        Setting<string?> prompts = Inputs.Text(
            "--prompts", "FILE", $"File of prompts, {AtOnce} of which are continued at a time: a plain text with one a line, or samples, "
                + "whose prompts they are. Prints a JSON object a line.");
        SamplingInputs sampling = new(64);
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "generate",
            "Continues a prompt with a model, and prints the text while it is written.",
            "floe generate --model data/default --prompt \"Once upon a time\" --tokens 24",
            [.. model.All, adapter, prompt, file, prompts, .. sampling.All, json],
            call =>
                from stops in sampling.Stops(call)
                from done in call.Get(prompts) is { } many
                    ? from unread in Unread.Beside(call, prompts, prompt, file, json)
                      from asked in PromptText.Each(many)
                      from written in model.With(call, opened => OpenedAdapter.With(Optional(call.Get(adapter)!), opened, set =>
                          from ends in SampleTokenization.AnswerEnds(opened.Tokenizer, asked.Any(one => one.Sample.IsConversation))
                          from options in sampling.Read(call, ends)
                          from all in Several(call.Terminal, opened, set, asked, options, stops)
                          select all), adapter)
                      select written
                    : from text in PromptText.Of(call.Get(prompt), call.Get(file))
                      from answer in model.With(call, opened => OpenedAdapter.With(Optional(call.Get(adapter)!), opened, set =>
                          from options in sampling.Read(call, opened.Tokenizer.Tables.Ends.ToHashSet())
                          from written in Continue(
                              opened, set, text, options, stops, call.Get(json) ? _ => { } : piece => Show(call.Terminal, piece))
                          select written), adapter)
                      select End(call.Terminal, text, answer, call.Get(json))
                select done);
    }

    // Every prompt is looked at before the first is continued. Each group draws by a seed of its own.
    private static Either<FloeError, Unit> Several(
        Terminal terminal, OpenedModel model, AdapterSet? adapters, IReadOnlyList<(string At, TextSample Sample)> asked,
            GenerationOptions options, Arr<string> stops) =>
        from prompts in asked.Each(one => Ids(model, one.At, one.Sample, options.MaxTokens))
        from written in Enumerable.Range(0, (prompts.Count + AtOnce - 1) / AtOnce).Each(part => TextGeneration
            .Run(
                model, adapters, [.. prompts.Skip(part * AtOnce).Take(AtOnce)], options with { Seed = options.Seed + (ulong)part }, stops,
                    static (_, _) => { })
            .Map(answers => Rows(terminal, asked.Skip(part * AtOnce), answers)))
        select unit;

    private static Unit Rows(
        Terminal terminal, IEnumerable<(string At, TextSample Sample)> asked, IReadOnlyList<GeneratedText> answers)
    {
        foreach (((string, TextSample Sample) one, GeneratedText answer) in asked.Zip(answers, (one, answer) => (one, answer)))
        {
            JsonOutput.WriteLine(terminal, Row(one.Sample.Prompt, answer));
        }

        return unit;
    }

    private static Either<FloeError, ReadOnlyMemory<int>> Ids(OpenedModel model, string at, TextSample sample, int tokens) =>
        from ids in SampleTokenization.Prompt(model.Tokenizer, sample)
        let most = model.Decoder.Config.MaxPositions - tokens + 1
        from fits in Steps.Check(ids.Count > 0 && ids.Count <= most, () => new FloeError.BadData(
            at, $"a prompt of 1 to {most} tokens, which leaves room for {tokens} new ones", $"{ids.Count}",
                ids.Count == 0 ? "Take it out." : "Shorten it, or lower --tokens."))
        select (ReadOnlyMemory<int>)ids.ToArray();

    private static JsonObject Row(string prompt, GeneratedText answer) =>
        new() { ["prompt"] = prompt, ["text"] = answer.Text, ["tokens"] = answer.Tokens };

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
            JsonOutput.Write(terminal, Row(prompt, answer));
        }
        else
        {
            terminal.Out.WriteLine();
        }

        return Unit.Default;
    }
}
