using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Layers;
using Floe.Domain.Scores;
using Floe.Effects.Files;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>What was collected.</summary>
/// <param name="Scores">Fisher and Taylor sums of the whole.</param>
/// <param name="Shards">Fisher sums of parts of the sample; empty where no parts were asked for.</param>
/// <param name="Statistics">Layer statistics.</param>
/// <param name="Modules">Statistics of linear layers; empty where they were left out.</param>
/// <param name="Tokens">Tokens of the sample and the calibration text.</param>
public sealed record Collected(
    ScoreSums Scores, IReadOnlyList<ScoreSums> Shards, LayerStatistics Statistics, IReadOnlyList<Collection.ModuleStatistics> Modules,
        long Tokens)
{
    /// <summary>
    /// Writes <c>scores.parquet</c> and <c>statistics.parquet</c>, and the shards where they were asked for. What an earlier collection
    /// left in the folder, its shards and statistics of modules, is removed once the new scores are there: it is not of them.
    /// </summary>
    /// <param name="folder">Where to.</param>
    /// <param name="metadata">What the tables say of themselves.</param>
    public Either<FloeError, Unit> Write(string folder, TableMetadata metadata) =>
        from scores in ScoreTables.Write(Path.Combine(folder, RunFolder.Scores), Scores, metadata)
        from statistics in StatisticsTables.Write(
            Path.Combine(folder, RunFolder.Statistics), Statistics, metadata with { Shape = Scores.Shape })
        from cleared in EarlierCollection.Remove(folder)
        from modules in Modules.Count == 0
            ? unit
            : ModuleStatisticsTables.Write(
                Path.Combine(folder, RunFolder.ModuleStatistics), Rows(), metadata with { Shape = Scores.Shape })
        from shards in Shards.Select((shard, i) => (shard, i)).Each(s =>
            ScoreTables.Write(
                EarlierCollection.Shard(folder, s.i),
                s.shard,
                metadata with { Data = metadata.Data.Map(sample => SampleNames.Part(sample, s.i, Shards.Count)) }))
        select unit;

    /// <summary>
    /// Writes all that a collection is asked for into a folder of its own, which says of itself that it is not finished until the last file
    /// is there.
    /// </summary>
    /// <param name="folder">Where to.</param>
    /// <param name="metadata">What the tables say of themselves.</param>
    /// <param name="equations">Collects and writes the stored equations to a path; none where they were not asked for.</param>
    public Either<FloeError, Unit> WriteAll(
        string folder, TableMetadata metadata, Option<Func<string, Either<FloeError, Unit>>> equations) =>
        Unfinished.Writing(folder, "floe collect", EarlierCollection.Results(equations.IsSome), () =>
            from written in Write(folder, metadata)
            from stored in equations.Match(Some: write => write(Path.Combine(folder, RunFolder.Equations)), None: () => unit)
            select stored);

    private Tables.ModuleStatistics Rows() => new(
        toArray(Modules.Select(m => m.Layer)),
        toArray(Modules.Select(m => m.Module.Name())),
        Array(
            ("gradient", toArray(Modules.Select(m => m.Gradient))),
            ("snr", toArray(Modules.Select(m => m.MeanSquare == 0 ? double.NaN : m.Gradient * m.Gradient / m.MeanSquare))),
            ("page", toArray(Modules.Select(m => m.Page)))));
}
