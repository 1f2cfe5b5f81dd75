using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Scores;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>How sure a selection's ranking is, from the sums of parts of its sample (<c>collect --per-sample</c>).</summary>
internal static class SelectionConfidence
{
    /// <summary>Resamples the parts and ranks each draw as the selection was made.</summary>
    /// <param name="shards">A folder of score tables, one a part.</param>
    /// <param name="selected">The selection.</param>
    /// <param name="bootstrap">How many draws, and the seed.</param>
    /// <returns>The selection with one interval a layer, or the first error.</returns>
    public static Either<FloeError, Selected> Run(string shards, Selected selected, BootstrapOptions bootstrap) =>
        from files in FileErrors.Try(
            shards, "list the folder", () => Directory.GetFiles(shards, "*.parquet").Order(StringComparer.Ordinal).ToArray())
        from parts in files.Each(file => ScoreTables.Read(file).Bind(part => OfTheSample(file, part, selected.Scores)))
        let taylor = ScoreSums.OfTaylor(selected.Table.Shape, selected.Table.Taylor, 1)
        from calibration in taylor
        from intervals in Bootstrap.Run(
            [.. parts.Select(p => p.Sums), .. selected.Table.HasCosts && parts.All(p => p.Sums.TaylorCounts[0] == 0)
                ? new[] { calibration }
                : []],
            selected.Result.Options,
            bootstrap,
            selected.Statistics)
        select selected with { Confidence = intervals, Level = bootstrap.Level };

    // A folder may hold parts of an earlier collection.
    private static Either<FloeError, ScoreFile> OfTheSample(string path, ScoreFile part, ScoreFile whole) => Origins.Same(
        path, part.Metadata, "the scores", whole.Metadata, "Collect with --per-sample into a new folder.").Map(_ => part);
}
