using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Effects.Identities;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>
/// <c>select</c>: stored scores in, masks and layers out, no model. <c>floe select</c> and <c>floe run</c> both call it, so that a run's
/// selection can be repeated from its scores.
/// </summary>
public static class SelectStage
{
    /// <summary>The stage of a plan: <c>scores.parquet</c> → <c>masks.parquet</c>, <c>layers.parquet</c>.</summary>
    /// <param name="plan">The plan.</param>
    internal static Stage Of(RunPlan plan) => new(
        "select",
        "masks the units that a budget cannot keep, and ranks layers by how much of them is masked",
        Array(StageInput.Made(RunFolder.Scores), StageInput.Made(RunFolder.Statistics)) + SelectionConfidence.Parts(plan),
        Array(RunFolder.Masks, RunFolder.Layers),
        Fingerprint.Of(("selection", Acting(plan.Selection)), ("bootstrap", SelectionConfidence.Draws(plan))),
        context =>
            from selected in Again(plan, context)
            from sure in SelectionConfidence.Of(plan, context, selected)
            from written in sure.Write(context.At(RunFolder.Masks), context.At(RunFolder.Layers))
            select StageOutcome.Written(written));

    /// <summary>Selects from stored scores.</summary>
    /// <param name="scores">A score table.</param>
    /// <param name="statistics">A table of layer statistics, for policies that rank by one.</param>
    /// <param name="options">How, and by what.</param>
    /// <returns>The selection, or what is wrong with a file or an option.</returns>
    public static Either<FloeError, Selected> Run(string scores, Option<string> statistics, SelectionOptions options) =>
        from named in Named(statistics, options.Policy)
        from file in ScoreTables.Read(scores)
        from table in file.Sums.ToTable()
        from columns in statistics.Match(
            Some: path =>
                from read in StatisticsTables.Read(path)
                from same in Origins.Same(
                    path, read.Metadata, "the scores", file.Metadata, "Give the statistics that were collected with the scores.")
                select read.Statistics,
            None: () => Right<FloeError, LayerStatistics>(LayerStatistics.None(table.Shape.Layers)))
        from found in Found(statistics, columns, options.Policy)
        from result in Select.Run(table, options, columns)
        select new Selected(file, table, columns, result);

    /// <summary>A run's selection from its scores: a pure function of them, so that what follows does it anew instead of storing
    /// it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="context">The run.</param>
    internal static Either<FloeError, Selected> Again(RunPlan plan, StageContext context) =>
        Run(context.At(RunFolder.Scores), context.At(RunFolder.Statistics), plan.Selection);

    /// <summary>A selection's options as far as they act: no other refinement than <c>exact</c> counts states.</summary>
    /// <param name="options">The options.</param>
    internal static SelectionOptions Acting(SelectionOptions options) =>
        options.Refinement == RefinementForm.Exact ? options : options with { ExactStates = ExactSearch.DefaultStates };

    private static Either<FloeError, Unit> Named(Option<string> statistics, Policy policy) =>
        policy.StatisticsColumn.Filter(_ => statistics.IsNone).Match(
            Some: column => Left<FloeError, Unit>(new FloeError.Usage(
                "--statistics", $"a file of layer statistics with the column {column}, by which the policy {policy.Label} ranks", "none",
                $"Give the {Source(policy)} (--statistics FILE), or choose another policy.")),
            None: () => unit);

    private static string Source(Policy policy) => LayerProbes.Of(policy).IsSome
        ? "probe.parquet that floe probe writes of the trained adapter"
        : "statistics.parquet that was collected with the scores";

    // What the file is called is known here and not where the column is missed.
    private static Either<FloeError, Unit> Found(Option<string> statistics, LayerStatistics columns, Policy policy) => (
        from path in statistics
        from column in policy.StatisticsColumn
        where columns.Find(column).IsNone
        select new FloeError.BadData(
            path, $"a column {column} with a number for every layer, by which the policy {policy.Label} ranks",
            columns.Names.Count == 0
                ? "no such column"
                : string.Join(", ", columns.Names), $"Give the {Source(policy)}, or choose another policy."))
                .Match(
            Some: error => Left<FloeError, Unit>(error),
            None: () => unit);
}
