using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Scores;
using Floe.Effects.Files;
using Floe.Effects.Plans;
using Floe.Effects.Results;
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
            selected.Statistics,
            selected.Result.Masks.AnyTuned ? selected.Result.Masks : null)
        select selected with { Confidence = intervals, Level = bootstrap.Level };

    /// <summary>The draws of a run's bootstrap; none where its plan keeps no parts of the sample.</summary>
    /// <param name="plan">The plan.</param>
    public static Option<BootstrapOptions> Draws(RunPlan plan) =>
        plan.Collection.PerSample ? Some(new BootstrapOptions(Seed: (ulong)plan.Seed)) : None;

    /// <summary>The parts that a run's draws are made of.</summary>
    /// <param name="plan">The plan.</param>
    public static Arr<StageInput> Parts(RunPlan plan) =>
        plan.Collection.PerSample ? Array(StageInput.Made(RunFolder.Shards)) : Arr<StageInput>.Empty;

    /// <summary>A run's selection with its confidence, where the plan keeps parts of the sample.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="context">The run.</param>
    /// <param name="selected">The selection.</param>
    public static Either<FloeError, Selected> Of(RunPlan plan, StageContext context, Selected selected) =>
        Draws(plan).Match(Some: draws => Run(context.At(RunFolder.Shards), selected, draws), None: () => selected);

    // A folder may hold parts of an earlier collection.
    private static Either<FloeError, ScoreFile> OfTheSample(string path, ScoreFile part, ScoreFile whole) => Origins.Same(
        path, part.Metadata, "the scores", whole.Metadata, "Collect with --per-sample into a new folder.").Map(_ => part);
}
