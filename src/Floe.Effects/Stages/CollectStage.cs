using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Layers;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>What is collected, and how.</summary>
/// <param name="Modules">Linear layers that an adapter would sit on; for the rivals' statistics.</param>
/// <param name="Rank">r of that adapter.</param>
/// <param name="Alpha">α of that adapter.</param>
/// <param name="Statistics">Whether rivals' statistics are collected beside weight norms.</param>
/// <param name="Shards">Number of tables that samples are dealt into for the bootstrap; 1 for none.</param>
/// <param name="TaylorBatch">Calibration sequences in a batch; 0 takes all as one.</param>
/// <param name="MicroBatchTokens">Positions that one Fisher pass may hold; 0 chooses.</param>
/// <param name="BothPaths">Whether adapters on o_proj and down_proj see the masked input (method §2).</param>
/// <param name="AncestorBatch">Samples in a batch of the ancestor's Fisher form; none for the method's per-sample squares.</param>
public sealed record CollectRequest(
    Arr<Projection> Modules,
    int Rank,
    double Alpha,
    bool Statistics,
    int Shards,
    int TaylorBatch,
    int MicroBatchTokens,
    bool BothPaths = false,
    Option<int> AncestorBatch = default)
{
    /// <summary>What a plan asks for.</summary>
    /// <param name="plan">The plan.</param>
    internal static CollectRequest Of(RunPlan plan) => new(
        plan.Adapter.Modules,
        plan.Adapter.Rank,
        plan.Adapter.Alpha,
        plan.Collection.Statistics,
        plan.Collection.PerSample ? CollectStage.MostShards : 1,
        plan.Calibration.Batch,
        plan.Collection.MicroBatchTokens);
}

/// <summary><c>collect</c>: score tables and statistics of a model on a sample. What <c>floe collect</c> and a stage of a run do.</summary>
public static class CollectStage
{
    /// <summary>Most shards that are kept: bounds the space of <c>--per-sample</c>.</summary>
    public const int MostShards = 32;

    /// <summary>The stage of a plan: model, adapted model, sample and calibration text → scores and statistics.</summary>
    /// <param name="plan">The plan.</param>
    internal static Stage Of(RunPlan plan) => new(
        "collect",
        "scores every head and neuron: Fisher on the adapted model, Taylor on the base model",
        StageInput.Model(plan) + StageInput.Data("sample", plan.Sample)
            + plan.Calibration.Text.Map(text => StageInput.Outside("calibration", text))
                .ToArr() + Array(StageInput.Made(RunFolder.Adapted)),
        Array(RunFolder.Scores, RunFolder.Statistics)
            + (plan.Collection.Statistics ? Array(RunFolder.ModuleStatistics) : Arr<string>.Empty)
            + (plan.Collection.PerSample ? Array(RunFolder.Shards) : Arr<string>.Empty),
        Fingerprint.Of(
            ("calibration", plan.Calibration with { Text = plan.Calibration.Text.Map(_ => "") }),
            ("rows", DataPart.Rows(plan.Sample)),
            ("length", plan.Length),
            ("per_sample", plan.Collection.PerSample),
            ("statistics", plan.Collection.Statistics),
            ("adapter", plan.Adapter),
            ("seed", plan.Seed),
            ("dtype", plan.Collection.Weights)),
        context => context.Models.With(plan.Collection.Weights, model =>
            from samples in PlanData.Sample(plan, model)
            from calibration in PlanData.Calibration(plan, model.Tokenizer)
            from collected in OpenedAdapter.With(context.At(RunFolder.Adapted), model, adapters =>
                from found in Run(model, adapters, [.. samples], calibration, CollectRequest.Of(plan), context.Report)
                from metadata in Metadata(model, adapters, [.. samples], plan.Seed)
                from written in found.Write(context.Folder, metadata)
                select found)
            select new StageOutcome(collected.Tokens)));

    /// <summary>Runs the passes: Fisher on the adapted model, Taylor and statistics on the base model.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapters">The sample-adapted model's modules; null scores the base model.</param>
    /// <param name="samples">The sample.</param>
    /// <param name="calibration">Blocks of calibration text; empty leaves Taylor out.</param>
    /// <param name="request">What and how.</param>
    /// <param name="report">Takes progress.</param>
    public static Either<FloeError, Collected> Run(
        OpenedModel model,
        AdapterSet? adapters,
        IReadOnlyList<TokenizedSample> samples,
        IReadOnlyList<ReadOnlyMemory<int>> calibration,
        CollectRequest request,
        Action<StageProgress> report) =>
        from shards in FisherCollection.Run(
            model.Decoder,
            adapters,
            samples,
            new FisherOptions(
                Shards: Math.Min(request.Shards, samples.Count),
                AncestorBatch: request.AncestorBatch.ToNullable(),
                BothPaths: request.BothPaths,
                MicroBatchTokens: request.MicroBatchTokens == 0 ? MicroBatches.DefaultTokens : request.MicroBatchTokens),
            progress: report)
        from fisher in ScoreSums.Merge(shards)
        from scores in calibration.Count == 0
            ? fisher
            : TaylorCollection.Run(
                model.Decoder, calibration, new TaylorOptions(request.TaylorBatch == 0 ? null : request.TaylorBatch), report)
                .Bind(taylor => fisher.Merge(taylor.Sums))
        from statistics in request.Statistics
            ? LayerStatisticsCollection.Run(model.Decoder, samples, [.. request.Modules], request.Rank, request.Alpha, report)
            : WeightNorms.Run(model.Decoder).Bind(norms => LayerStatistics.None(model.Decoder.Shape.Layers).With("weight_norm", norms))
                .Map(layers => new CollectedStatistics(layers, []))
        select new Collected(
            scores, request.Shards == 1
                ? []
                : shards, statistics.Layers, statistics.Modules,
                    samples.Sum(s => (long)s.Ids.Count) + calibration.Sum(c => (long)c.Length));

    /// <summary>The metadata of tables collected on a model and a sample.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapters">The adapter it carried.</param>
    /// <param name="samples">The sample, by its token ids.</param>
    /// <param name="seed">The run's seed.</param>
    public static Either<FloeError, TableMetadata> Metadata(
        OpenedModel model, AdapterSet? adapters, IReadOnlyList<TokenizedSample> samples, long seed) =>
        from identity in model.Identity
        from carried in adapters is null ? Right<FloeError, Option<string>>(None) : Named(adapters).Map(Some)
        select new TableMetadata(model.Decoder.Shape, seed, identity, Fingerprint.OfSamples(samples), carried);

    // What an adapter computes: its kind, its tensors and the scale of each. How a plan writes that down is another matter: it may say more
    // tomorrow, and an adapter of today is still the same.
    internal static Either<FloeError, string> Named(AdapterSet adapters) => AdapterTensors.Export(adapters).Map(tensors =>
    {
        AdapterPlan plan = adapters.Plan;
        string hash = Fingerprint.OfValue((
            plan.Kind.Name,
            adapters.Modules.Select(module => (module.Key.Layer, module.Key.Module.Name(), plan.ScaleOf(module.Key))),
            tensors.Select(t => (t.Name, t.Shape, Fingerprint.OfNumbers(t.Values.Span)))));
        return Origins.AdapterName($"{plan.Kind.Name} on {plan.Layers.Count} layers", hash);
    });
}
