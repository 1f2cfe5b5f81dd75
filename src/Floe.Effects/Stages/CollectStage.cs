using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Files;
using Floe.Effects.Formats;
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

/// <summary>What was collected.</summary>
/// <param name="Scores">Fisher and Taylor sums of the whole.</param>
/// <param name="Shards">Fisher sums of parts of the sample; empty where no parts were asked for.</param>
/// <param name="Statistics">Layer statistics.</param>
/// <param name="Modules">Statistics of linear layers; empty where they were left out.</param>
/// <param name="Tokens">Tokens of the sample and the calibration text.</param>
public sealed record Collected(
    ScoreSums Scores, IReadOnlyList<ScoreSums> Shards, LayerStatistics Statistics, IReadOnlyList<Collection.ModuleStatistics> Modules, long Tokens);

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
            + plan.Calibration.Text.Map(text => StageInput.Outside("calibration", text)).ToArr() + Array(StageInput.Made(RunFolder.Adapted)),
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
                from written in Write(context.Folder, found, metadata)
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
        select new Collected(scores, request.Shards == 1 ? [] : shards, statistics.Layers, statistics.Modules, samples.Sum(s => (long)s.Ids.Count) + calibration.Sum(c => (long)c.Length));

    /// <summary>
    /// Writes <c>scores.parquet</c> and <c>statistics.parquet</c>, and the shards where they were asked for. What an earlier collection left in the folder,
    /// its shards and statistics of modules, is removed once the new scores are there: it is not of them.
    /// </summary>
    /// <param name="folder">Where to.</param>
    /// <param name="collected">What was collected.</param>
    /// <param name="metadata">What the tables say of themselves.</param>
    public static Either<FloeError, Unit> Write(string folder, Collected collected, TableMetadata metadata) =>
        from scores in ScoreTables.Write(Path.Combine(folder, RunFolder.Scores), collected.Scores, metadata)
        from statistics in StatisticsTables.Write(
            Path.Combine(folder, RunFolder.Statistics), collected.Statistics, metadata with { Shape = collected.Scores.Shape })
        from cleared in EarlierCollection.Remove(folder)
        from modules in collected.Modules.Count == 0
            ? unit
            : ModuleStatisticsTables.Write(
                Path.Combine(folder, RunFolder.ModuleStatistics), Rows(collected.Modules), metadata with { Shape = collected.Scores.Shape })
        from shards in collected.Shards.Select((shard, i) => (shard, i)).Each(s =>
            ScoreTables.Write(
                EarlierCollection.Shard(folder, s.i),
                s.shard,
                metadata with { Data = metadata.Data.Map(sample => SampleNames.Part(sample, s.i, collected.Shards.Count)) }))
        select unit;

    /// <summary>
    /// Writes all that a collection is asked for into a folder of its own, which says of itself that it is not finished until the last file is there.
    /// </summary>
    /// <param name="folder">Where to.</param>
    /// <param name="collected">What was collected.</param>
    /// <param name="metadata">What the tables say of themselves.</param>
    /// <param name="equations">Collects and writes the stored equations to a path; none where they were not asked for.</param>
    public static Either<FloeError, Unit> WriteAll(
        string folder, Collected collected, TableMetadata metadata, Option<Func<string, Either<FloeError, Unit>>> equations) =>
        Unfinished.Writing(folder, "floe collect", EarlierCollection.Results(equations.IsSome), () =>
            from written in Write(folder, collected, metadata)
            from stored in equations.Match(Some: write => write(Path.Combine(folder, RunFolder.Equations)), None: () => unit)
            select stored);

    /// <summary>Collects the tuning equations of the unmasked model and writes them: any masks of any budget can be tuned from them without the model.</summary>
    /// <param name="path">The file; large, since it holds a matrix a component.</param>
    /// <param name="model">The base model.</param>
    /// <param name="adapters">The adapted model's modules; null for the base model.</param>
    /// <param name="samples">The text.</param>
    /// <param name="metadata">What the table says of itself.</param>
    /// <param name="report">Takes progress.</param>
    public static Either<FloeError, Unit> WriteEquations(
        string path, OpenedModel model, AdapterSet? adapters, IReadOnlyList<TokenizedSample> samples, TableMetadata metadata, Action<StageProgress> report) =>
        NormalTables.Write(
            path,
            add => TeacherEquations.Run(
                model.Decoder, adapters, samples, (layer, component, equations) => add(new NormalBlock(layer, component, equations)), report),
            NormalStream.Teacher,
            new TuningOptions().Ridge,
            metadata);

    private static Tables.ModuleStatistics Rows(IReadOnlyList<Collection.ModuleStatistics> modules) => new(
        toArray(modules.Select(m => m.Layer)),
        toArray(modules.Select(m => m.Module.Name())),
        Array(
            ("gradient", toArray(modules.Select(m => m.Gradient))),
            ("snr", toArray(modules.Select(m => m.MeanSquare == 0 ? double.NaN : m.Gradient * m.Gradient / m.MeanSquare))),
            ("page", toArray(modules.Select(m => m.Page)))));

    /// <summary>The metadata of tables collected on a model and a sample.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapters">The adapter it carried.</param>
    /// <param name="samples">The sample, by its token ids.</param>
    /// <param name="seed">The run's seed.</param>
    public static Either<FloeError, TableMetadata> Metadata(OpenedModel model, AdapterSet? adapters, IReadOnlyList<TokenizedSample> samples, long seed) =>
        from identity in model.Identity
        from carried in adapters is null ? Right<FloeError, Option<string>>(None) : Named(adapters).Map(Some)
        select new TableMetadata(model.Decoder.Shape, seed, identity, Fingerprint.OfSamples(samples), carried);

    private static Either<FloeError, string> Named(AdapterSet adapters) => AdapterTensors.Export(adapters).Map(tensors =>
    {
        string kind = adapters.Plan.Kind == Domain.Adapters.AdapterKind.Lora ? "lora" : "hydra";
        string hash = Fingerprint.OfValue((adapters.Plan, tensors.Select(t => (t.Name, t.Shape, Fingerprint.OfNumbers(t.Values.Span)))));
        return Origins.AdapterName($"{kind} on {adapters.Plan.Layers.Count} layers", hash);
    });
}
