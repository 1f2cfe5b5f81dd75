using Floe.Domain;
using Floe.Domain.Metrics;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Data;
using Floe.Effects.Evaluation;
using Floe.Effects.Formats;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary><c>evaluate</c>: measures a model on held-out samples and lets it answer prompts. What <c>floe eval</c> and the stages of a run
/// do.</summary>
public static class EvaluateStage
{
    private const int PromptsAtOnce = 8;

    /// <summary>The stage of a plan that measures the base model: held-out samples → <c>base/eval.json</c>.</summary>
    /// <param name="plan">The plan.</param>
    internal static Stage OfBase(RunPlan plan) =>
        Of(plan, "evaluate base", "measures the base model on held-out samples", None, RunFolder.BaseEvaluation);

    /// <summary>The stage of a plan's policy: held-out samples and its adapter → its <c>eval.json</c>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">One of its policies.</param>
    internal static Stage Of(RunPlan plan, PlannedPolicy policy) => Of(
        plan,
        $"evaluate {policy.Name}",
        $"measures policy {policy.Name} on held-out samples",
        RunFolder.Of(policy.Name, RunFolder.Adapter),
        RunFolder.Of(policy.Name, RunFolder.Evaluation));

    private static Stage Of(RunPlan plan, string name, string explains, Option<string> adapter, string output) => new(
        name,
        explains,
        StageInput.Model(plan) + StageInput.Data("heldout", plan.HeldOut) + adapter.Map(StageInput.Made).ToArr(),
        Array(output),
        Fingerprint.Of(
            ("rows", DataPart.Rows(plan.HeldOut)),
            ("length", plan.Length),
            ("exact_match", plan.Evaluation.ExactMatch),
            ("answers", plan.Evaluation.ExactMatch > 0 ? Some((plan.Evaluation.AnswerTokens, plan.Evaluation.Rule.Name)) : None),
            ("dtype", plan.Weights)),
        context => context.Models.With(plan.Weights, model =>
            from texts in PlanData.Texts(plan.HeldOut)
            from result in OpenedAdapter.With(adapter.Map(context.At), model, adapters => Run(
                model, adapters, texts, plan.Length, plan.Evaluation.ExactMatch, plan.Evaluation.AnswerTokens, plan.Evaluation.Rule,
                    context.Report))
            from written in EvaluationFile.Write(context.At(output), result)
            select new StageOutcome(result.Tokens)));

    /// <summary>Held-out loss, and the share of exact answers where some are asked for.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapters">Adapter modules; null for the base model.</param>
    /// <param name="texts">The samples.</param>
    /// <param name="length">Most tokens of a sample; see <see cref="ModelSamples"/>.</param>
    /// <param name="answers">How many of the samples are answered greedily and compared with their completion; 0 for none.</param>
    /// <param name="answerTokens">Most tokens of an answer.</param>
    /// <param name="rule">When an answer is right.</param>
    /// <param name="report">Takes progress.</param>
    public static Either<FloeError, EvaluationResult> Run(
        OpenedModel model,
        AdapterSet? adapters,
        DataSet texts,
        Option<int> length,
        int answers,
        int answerTokens,
        AnswerJudge rule,
        Action<StageProgress> report) =>
        from room in answers == 0 ? unit : Room(model.Decoder.Config, answerTokens)
        from data in model.Samples(texts, length)
        let total = data.Samples.Sum(s => s.Ids.Count - 1L)
        let count = new Counter("evaluate", total, report)
        from loss in HeldOut.Measure(model.Decoder, adapters, [.. data.Samples], advance: count.Add)
        from exact in answers == 0
            ? Right<FloeError, Option<double>>(None)
            : Answers(model, adapters, [.. texts.Samples.Take(answers)], length, answerTokens, report)
                .Map(found => Some(rule.Share([.. found.Select(f => (f.Sample.Completion, f.Answer))])))
        select new EvaluationResult(loss.Loss, loss.Perplexity, loss.Tokens, loss.Samples, exact)
        {
            SampleLosses = loss.SampleLosses,
            Data = Fingerprint.OfSamples(data.Samples),
        };

    /// <summary>Answers prompts greedily.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapters">Adapter modules; null for the base model.</param>
    /// <param name="samples">Whose prompts are answered.</param>
    /// <param name="length">Most tokens of a prompt; the rest is cut from its start, and so is what leaves no room for the answer in the
    /// context.</param>
    /// <param name="tokens">Most tokens of an answer.</param>
    /// <param name="report">Takes progress.</param>
    public static Either<FloeError, IReadOnlyList<(TextSample Sample, string Answer)>> Answers(
        OpenedModel model, AdapterSet? adapters, IReadOnlyList<TextSample> samples, Option<int> length, int tokens,
            Action<StageProgress> report)
    {
        int done = 0;
        DecoderConfig config = model.Decoder.Config;
        return
            from room in Room(config, tokens)
            from given in ModelSamples.Length(config, length)
            let most = Math.Min(given, config.MaxPositions - tokens + 1)
            from ends in SampleTokenization.AnswerEnds(model.Tokenizer, samples.Any(s => s.IsConversation))
            from answers in samples.Chunk(PromptsAtOnce).Each(chunk =>
                from prompts in chunk.Each(s => Prompt(model.Tokenizer, s, most))
                from ids in Generation.Run(model.Decoder, adapters, prompts, new GenerationOptions(tokens, ends))
                let reported = Report(done += chunk.Length)
                select chunk.Zip(ids, (sample, answer) => (sample, model.Tokenizer.Decode(answer, skipSpecial: true))).ToArray())
            select (IReadOnlyList<(TextSample, string)>)[.. answers.SelectMany(a => a)];

        Unit Report(int finished)
        {
            report(new StageProgress("answer", finished, samples.Count, 0));
            return unit;
        }
    }

    /// <summary>Errors: answers so long that no token of a prompt fits before them.</summary>
    private static Either<FloeError, Unit> Room(DecoderConfig config, int tokens) =>
        Steps.Check(tokens >= 1 && tokens <= config.MaxPositions, () => new FloeError.Usage(
        "--answer-tokens", $"from 1 to {config.MaxPositions}, the model's context", $"{tokens}", tokens < 1
            ? "Ask for at least one token."
            : "Ask for shorter answers."));

    private static Either<FloeError, ReadOnlyMemory<int>> Prompt(Tokenizer tokenizer, TextSample sample, int length) =>
        SampleTokenization.Prompt(tokenizer, sample).Map<ReadOnlyMemory<int>>(ids => ids.Count == 0
            ? tokenizer.Special.Eos.Map(e => new[] { e }).IfNone([0])
            : ids.ToArray()[^Math.Min(ids.Count, length)..]);

    private sealed class Counter(string task, long total, Action<StageProgress> report)
    {
        private long done;

        public void Add(int tokens) => report(new StageProgress(task, done += tokens, Math.Max(total, done), done));
    }
}
