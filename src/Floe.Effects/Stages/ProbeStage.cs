using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Files;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using Floe.Effects.Training;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>The stage <c>probe</c>: looks at a trained adapter layer by layer, for policies that rank by what its layers do (method
/// §7).</summary>
internal static class ProbeStage
{
    /// <summary>The stage of a plan: model, adapter of all layers and samples that it was not trained on → <c>probe.parquet</c>.</summary>
    /// <param name="plan">The plan.</param>
    internal static Stage Of(RunPlan plan) => new(
        "probe",
        "looks at the adapter of all layers, layer by layer, on samples that it was not trained on",
        StageInput.Model(plan) + StageInput.Data("probe", plan.Probe) + Array(StageInput.Made(RunFolder.Adapted))
            + (TrainsOn(plan) ? StageInput.Data("sample", plan.Sample) : Arr<StageInput>.Empty),
        Array(RunFolder.Probe),
        Fingerprint.Of(
            ("probes", plan.Probes),
            ("rows", DataPart.Rows(plan.Probe)),
            ("length", plan.Length),
            ("further", TrainsOn(plan)
                ? Some(Fingerprint.Of(("training", plan.SampleTraining.Options), ("rows", DataPart.Rows(plan.Sample)))) : None),
            ("dtype", plan.Collection.Weights)),
        context => context.Models.With(plan.Collection.Weights, model =>
            from samples in PlanData.Tokens(plan, plan.Probe, model)
            from sample in TrainsOn(plan) ? PlanData.Tokens(plan, plan.Sample, model) : Arr<TokenizedSample>.Empty
            let all = (TokenizedSample[])[.. samples]
            let further = TrainsOn(plan) ? Some(Further(plan.SampleTraining, [.. sample])) : None
            from written in OpenedAdapter.With(context.At(RunFolder.Adapted), model, adapters =>
                // Before the looks: training between changes the adapter.
                from metadata in CollectStage.Metadata(model, adapters, all, plan.Seed)
                from columns in Run(model, adapters!, all, plan.Probes, further, plan.Training.MicroBatchTokens, context.Report)
                from table in StatisticsTables.Write(context.At(RunFolder.Probe), columns, metadata with { Data = None })
                select table)
            select new StageOutcome(all.Sum(sample => (long)sample.Ids.Count))));

    /// <summary>Collects the columns of some probes.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapters">The trained adapter.</param>
    /// <param name="samples">Text that it was not trained on.</param>
    /// <param name="probes">What to look at.</param>
    /// <param name="further">How the adapter is trained on between; <see cref="LayerProbe.Progressive"/> needs it.</param>
    /// <param name="microBatchTokens">Positions that one pass may hold.</param>
    /// <param name="report">Takes progress.</param>
    /// <returns>Columns <c>ablate</c>, <c>backward</c>, <c>forward</c>, <c>progressive</c> with their losses, <c>gate</c> and <c>gate_0</c>
    /// to <c>gate_(L-1)</c>; or the first error.</returns>
    public static Either<FloeError, LayerStatistics> Run(
        OpenedModel model,
        AdapterSet adapters,
        IReadOnlyList<TokenizedSample> samples,
        Arr<LayerProbe> probes,
        Option<TrainingTask> further,
        int microBatchTokens,
        Action<StageProgress> report) =>
        from enough in Steps.Check(
            samples.Count > 0, () => new FloeError.BadData("probe", "at least one sample", "none", "Give more samples."))
        from sets in AblationCollection.Run(model.Decoder, adapters, samples, [.. probes], microBatchTokens, report)
        from gates in probes.Exists(probe => probe == LayerProbe.Gates)
            ? GateCollection.Run(model.Decoder, adapters, samples, microBatchTokens, report, sets)
            : sets
        from all in further.Match(
            Some: task => ProgressiveElimination.Run(model.Decoder, adapters, samples, task, report, gates), None: () => gates)
        select all;

    /// <summary>How an adapter is trained on while its layers go.</summary>
    /// <param name="settings">As it was trained.</param>
    /// <param name="samples">What it was trained on.</param>
    public static TrainingTask Further(TrainingSettings settings, IReadOnlyList<TokenizedSample> samples) =>
        TrainingTask.Of(settings.Options, samples) with { MicroBatchTokens = settings.MicroBatchTokens };

    /// <summary>Writes <c>probe.parquet</c>, a table of layer statistics. It names model and adapter, and no sample: its text is another
    /// than the scores' by design.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="columns">What was found.</param>
    /// <param name="metadata">What is known of model and adapter.</param>
    public static Either<FloeError, Unit> Write(string folder, LayerStatistics columns, TableMetadata metadata) => Unfinished.Writing(
        folder, "floe probe", [RunFolder.Probe], () =>
            StatisticsTables.Write(Path.Combine(folder, RunFolder.Probe), columns, metadata with { Data = None }));

    private static bool TrainsOn(RunPlan plan) => plan.Probes.Exists(probe => probe == LayerProbe.Progressive);
}
