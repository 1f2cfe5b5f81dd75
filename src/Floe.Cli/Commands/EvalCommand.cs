using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Metrics;
using Floe.Effects.Adapters;
using Floe.Effects.Data;
using Floe.Effects.Evaluation;
using Floe.Effects.Models;
using Floe.Effects.Stages;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe eval</c>: held-out loss and perplexity, of samples or of one plain text.</summary>
internal static class EvalCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        ModelInputs model = new();
        Setting<string?> adapter = Common.Adapter();
        Setting<string?> data = Common.Data();
        Setting<string?> text = Common.Text();
        Setting<int?> length = Common.Length();
        Setting<int> window = Inputs.Whole("--window", "Longest window that a plain text is read in.", TextScore.DefaultWindow, 2);
        Setting<int> answers = Inputs.Whole(
            "--exact-match", "Samples that are answered greedily and compared with their completion.", 0, 0);
        Setting<string> rule = Inputs.Choice("--answer-rule", "When such an answer is right", AnswerJudge.Exact.Name, AnswerJudge.Names);
        Setting<int> answerTokens = Inputs.Whole("--answer-tokens", "Longest of these answers in tokens.", 48, 1);
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "eval",
            "Measures held-out loss and perplexity of samples (--data) or of one plain text (--text).",
            "floe eval --model data/default --data data/tasks/tags-heldout.jsonl --json",
            [.. model.All, adapter, data, text, length, window, answers, rule, answerTokens, json],
            call => (call.Get(data), call.Get(text)) switch
            {
                (null, { } file) =>
                    from read in Unread.Beside(call, text, length, answers, rule, answerTokens)
                    from input in TextInput.Read(file)
                    from result in model.With(
                        call, opened => Opened(call, adapter, opened, set => Text(opened, set, input, call.Get(window))), adapter)
                    select Print(call, result, json),
                ({ } file, null) =>
                    from read in Unread.Beside(call, data, window)
                    from answered in Unread.Without(call, answers, rule, answerTokens)
                    from judge in AnswerJudge.Named(call.Get(rule))
                    from input in DataFile.Read(file)
                    from result in model.With(call, opened => Opened(call, adapter, opened, set =>
                        Samples(call, opened, set, input, call.Get(length), (call.Get(answers), call.Get(answerTokens), judge))), adapter)
                    select Print(call, result, json),
                (null, null) => new FloeError.Usage("--data, --text", "one of them", "none", "Say what to measure on."),
                _ => new FloeError.Usage("--data, --text", "one of them", "both", "Keep one."),
            });
    }

    private static Either<FloeError, JsonObject> Opened(
        Invocation call, Setting<string?> adapter, OpenedModel model, Func<AdapterSet?, Either<FloeError, JsonObject>> use) =>
        OpenedAdapter.With(Optional(call.Get(adapter)!), model, use);

    private static Either<FloeError, JsonObject> Text(OpenedModel model, AdapterSet? adapters, TextInput input, int window) =>
        from ids in CalibrationText.Ids(input, model.Tokenizer)
        from score in TextScore.Measure(model.Decoder, adapters, ids.ToArray(), window)
        select new JsonObject
        {
            ["tokens"] = score.Tokens,
            ["nll"] = JsonOutput.Number(score.Nll),
            ["perplexity"] = JsonOutput.Number(score.Perplexity),
            ["windows"] = score.Windows,
        };

    private static Either<FloeError, JsonObject> Samples(
        Invocation call, OpenedModel model, AdapterSet? adapters, DataSet data, int? length, (
            int Count, int Tokens, AnswerJudge Rule) answers)
    {
        using ProgressLine progress = new(call.Terminal);
        return
            from result in EvaluateStage.Run(
                model, adapters, data, Optional(length), answers.Count, answers.Tokens, answers.Rule, progress.Report)
            select new JsonObject
            {
                ["samples"] = result.Samples,
                ["tokens"] = result.Tokens,
                ["loss"] = JsonOutput.Number(result.Loss),
                ["perplexity"] = JsonOutput.Number(result.Perplexity),
                ["exact_match"] = result.ExactMatch.Map(JsonOutput.Number).IfNoneUnsafe((JsonNode?)null),
            };
    }

    private static Unit Print(Invocation call, JsonObject result, Setting<bool> json)
    {
        ResultPage.Write(call.Terminal, result, call.Get(json));
        return unit;
    }
}
