using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Layers;
using Floe.Domain.Reports;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs;

/// <summary>The function of every planned stage. Stages hand over files only; the base model alone stays in memory between them.</summary>
/// <param name="plan">The plan.</param>
/// <param name="models">The base model.</param>
/// <param name="report">Writes the page of a run folder; none where the caller has no page to write.</param>
public sealed class RunBodies(RunPlan plan, ModelHolder models, Func<string, Either<FloeError, Unit>> report)
{
    /// <summary>The plan's stages with their functions, in order.</summary>
    public Arr<RunnableStage> Stages => PlanStages.Of(plan).Map(planned => new RunnableStage(planned.Stage, context => Body(planned, context)));

    private Either<FloeError, StageOutcome> Body(PlannedStage planned, StageContext context) => planned.Kind switch
    {
        StageKind.AdaptSample => AdaptSample(context),
        StageKind.Collect => Collect(context),
        StageKind.Select => Selection(context).Bind(s => Sureness(s, context)).Bind(s => SelectStage.Write(context.Folder, s)).Map(_ => default(StageOutcome)),
        StageKind.Tune => Tune(context),
        StageKind.Choose => Choose(planned.Policy, context),
        StageKind.Adapt => Adapt(planned, context),
        StageKind.Evaluate => Evaluate(planned.Policy, context),
        StageKind.Generate => Generate(planned.Policy, context),
        StageKind.Compare => RunComparison.Of(context.Folder, plan.Policies)
            .Bind(c => ComparisonFile.Write(context.At(RunFolder.Comparison), c)).Map(_ => default(StageOutcome)),
        _ => report(context.Folder).Map(_ => default(StageOutcome)),
    };

    private Either<FloeError, StageOutcome> AdaptSample(StageContext context) => models.With(model =>
        from samples in Sample(model)
        from done in AdaptStage.Run(
            model,
            plan.Adapter.On(Enumerable.Range(0, model.Decoder.Config.Layers)),
            [.. samples],
            plan.SampleTraining,
            new AdaptFiles(context.At(RunFolder.Adapted), context.At($"{RunFolder.Adapted}/run.jsonl"), context.Warn),
            Named(context, "adapt all layers"),
            context.Stop)
        select new StageOutcome(done.Tokens));

    private Either<FloeError, StageOutcome> Collect(StageContext context) => models.With(plan.Collection.Weights, model =>
        from samples in Sample(model)
        from calibration in PlanData.Calibration(plan, model.Tokenizer)
        from collected in OpenedAdapter.With(context.At(RunFolder.Adapted), model, adapters =>
            from found in CollectStage.Run(model, adapters, [.. samples], calibration, Request(), context.Report)
            from metadata in CollectStage.Metadata(model, adapters, [.. samples], plan.Seed)
            from written in CollectStage.Write(context.Folder, found, metadata)
            select found)
        select new StageOutcome(collected.Tokens));

    // Every draw of a single sample is that sample: it would say that the ranking is sure. Found before all layers are adapted for nothing.
    private Either<FloeError, Arr<TokenizedSample>> Sample(OpenedModel model) =>
        from samples in PlanData.Tokens(plan, plan.Sample, model.Decoder.Config, model.Tokenizer, _ => { })
        from several in Steps.Check(!plan.Collection.PerSample || samples.Count > 1, () => new FloeError.BadData(
            "collection.per_sample",
            "a sample of at least two, to draw from again and again",
            $"{samples.Count}",
            "Give more samples, or leave collection.per_sample out."))
        select samples;

    private CollectRequest Request() => new(
        plan.Adapter.Modules,
        plan.Adapter.Rank,
        plan.Adapter.Alpha,
        plan.Collection.Statistics,
        plan.Collection.PerSample ? CollectStage.MostShards : 1,
        plan.Calibration.Batch,
        plan.Collection.MicroBatchTokens);

    private Either<FloeError, Selected> Selection(StageContext context) => SelectStage.Run(
        context.At(RunFolder.Scores), context.At(RunFolder.Statistics), plan.Selection, "fisher", plan.Seed);

    private Either<FloeError, Selected> Sureness(Selected selected, StageContext context) => plan.Collection.PerSample
        ? SelectionConfidence.Run(context.At(RunFolder.Shards), selected, new BootstrapOptions(Seed: (ulong)plan.Seed))
        : selected;

    private Either<FloeError, StageOutcome> Tune(StageContext context) => models.With(plan.Collection.Weights, model =>
        from samples in PlanData.Tokens(plan, plan.Sample, model.Decoder.Config, model.Tokenizer, _ => { })
        from selected in Selection(context)
        from masks in MaskTables.Read(context.At(RunFolder.Masks))
        from tuned in OpenedAdapter.With(context.At(RunFolder.Adapted), model, adapters =>
            TuneStage.Run(model, adapters, selected, context.At(RunFolder.Masks), masks, [.. samples], plan.Selection.Tuning, context.Report))
        from written in SelectStage.Write(context.At(RunFolder.TunedMasks), context.At(RunFolder.TunedLayers), tuned)
        select new StageOutcome(samples.Sum(s => (long)s.Ids.Count)));

    private Either<FloeError, StageOutcome> Choose(string policy, StageContext context) =>
        from options in SelectionWords.Options(plan.Selection, policy, plan.Seed)
        from layers in LayerTables.Read(context.At(plan.Selection.Tuning == "none" ? RunFolder.Layers : RunFolder.TunedLayers))
        from statistics in StatisticsTables.Read(context.At(RunFolder.Statistics))
        from chosen in LayerSelection.Choose(
            options.Policy, options.Choice, layers.Rows.Map(r => r.Importance).ToArray(), statistics.Statistics)

        // The intervals are those of the selection's own ranks, by binary masks; its layers.parquet alone has them.
        let rows = layers.Rows.Map(row => row with
        {
            Rank = chosen.Ranking.Ranks[row.Layer],
            Selected = chosen.Contains(row.Layer),
            Policy = options.Policy.Label,
            Interval = None,
        })
        from one in LayerTables.Write(context.At(RunFolder.Of(policy, "layers.parquet")), [.. rows], layers.Source, layers.Metadata)
        from two in AdapterPlanFile.Write(
            context.At(RunFolder.Of(policy, "plan.json")), plan.Adapter.On(chosen.Chosen), layers.Metadata.Model)
        select default(StageOutcome);

    private Either<FloeError, StageOutcome> Adapt(PlannedStage planned, StageContext context) => models.With(model =>
        from stored in AdapterPlanFile.Read(context.At(RunFolder.Of(planned.Policy, "plan.json")))
        from samples in PlanData.Tokens(plan, plan.Train, model.Decoder.Config, model.Tokenizer, _ => { })
        from done in AdaptStage.Run(
            model,
            stored.Plan,
            [.. samples],
            plan.Training,
            new AdaptFiles(context.At(RunFolder.Of(planned.Policy, "adapter")), context.At(RunFolder.Of(planned.Policy, "run.jsonl")), context.Warn),
            Named(context, planned.Stage.Name),
            context.Stop)
        select new StageOutcome(done.Tokens));

    private Either<FloeError, StageOutcome> Evaluate(string policy, StageContext context) => models.With(model =>
        from texts in PlanData.Texts(plan.HeldOut)
        from result in OpenedAdapter.With(AdapterOf(policy, context), model, adapters => EvaluateStage.Run(
            model, adapters, texts, plan.GivenLength, plan.Evaluation.ExactMatch, plan.Evaluation.AnswerTokens, plan.Evaluation.Rule, context.Report))
        from written in EvaluationFile.Write(context.At(policy.Length == 0 ? RunFolder.BaseEvaluation : RunFolder.Of(policy, "eval.json")), result)
        select new StageOutcome(result.Tokens));

    private Either<FloeError, StageOutcome> Generate(string policy, StageContext context) => models.With(model =>
        from texts in PlanData.Texts(plan.HeldOut)
        let asked = texts.Samples.Take(plan.Generation.Prompts).ToArray()
        from before in EvaluateStage.Answers(model, null, asked, plan.GivenLength, plan.Generation.Tokens, context.Report)
        from after in OpenedAdapter.With(AdapterOf(policy, context), model, adapters =>
            EvaluateStage.Answers(model, adapters, asked, plan.GivenLength, plan.Generation.Tokens, context.Report))
        from written in WriteSamples(context.At(RunFolder.Samples), policy, before, after)
        select default(StageOutcome));

    private static Either<FloeError, Unit> WriteSamples(
        string path, string policy, IReadOnlyList<(TextSample Sample, string Answer)> before, IReadOnlyList<(TextSample Sample, string Answer)> after) =>
        from cleared in Files.AtomicFile.WriteText(path, "")
        from written in before.Zip(after).Each(pair => SampleFile.Append(
            path, new SampleText(policy, pair.Item1.Sample.Prompt, pair.Item1.Sample.Completion, pair.Item1.Answer, pair.Item2.Answer)))
        select unit;

    private static Option<string> AdapterOf(string policy, StageContext context) =>
        policy.Length == 0 ? None : Some(context.At(RunFolder.Of(policy, "adapter")));

    private static Action<StageProgress> Named(StageContext context, string task) => progress => context.Report(progress with { Task = task });
}
