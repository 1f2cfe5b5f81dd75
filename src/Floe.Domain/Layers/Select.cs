using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>The method from top to bottom: scores → binary masks → refined masks → importance → ranking → layers (method §4 to
/// §7).</summary>
public static class Select
{
    /// <summary>
    /// Selects layers from a score table. Pure: the same table and options give the same result on every machine. Errors: a budget, choice
    /// or statistic out of its domain.
    /// </summary>
    /// <param name="table">Scores.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="statistics">Columns for policies that rank by a layer statistic; none by default.</param>
    public static Either<FloeError, SelectionResult> Run(ScoreTable table, SelectionOptions options, LayerStatistics? statistics = null) =>
        Run(UnitOrder.Of(table), options, statistics);

    /// <summary>The same for a table whose units are already in order, so that many budgets share one sort. Errors: as the other
    /// overload.</summary>
    public static Either<FloeError, SelectionResult> Run(UnitOrder order, SelectionOptions options, LayerStatistics? statistics = null) =>
        from search in MaskSearches.Run(order, options)
        from result in Rank(order.Table, options, search, search.Masks.ToUnitMasks(), statistics)
        select result;

    /// <summary>The same selection from tuned masks: importance, ranking and layers are computed again. Errors: masks of other
    /// units.</summary>
    /// <param name="table">The scores that the selection came from.</param>
    /// <param name="result">A selection.</param>
    /// <param name="tuned">Its masks after tuning.</param>
    /// <param name="statistics">Columns for policies that rank by a layer statistic.</param>
    public static Either<FloeError, SelectionResult> WithTuned(
        ScoreTable table, SelectionResult result, UnitMasks tuned, LayerStatistics? statistics = null) =>
        tuned.Binary.Equals(result.Search.Masks)
            ? Rank(table, result.Options, result.Search, tuned, statistics)
            : Left<FloeError, SelectionResult>(
                new FloeError.BadData("tuned masks", "the units that the selection kept", "others", "Tune the masks of this selection."));

    /// <summary>What the masks of determination alone would choose: Figure 7's other side. Errors: those of the policy.</summary>
    /// <param name="result">A selection.</param>
    /// <param name="statistics">Columns for policies that rank by a layer statistic.</param>
    public static Either<FloeError, ChosenLayers> Unrefined(SelectionResult result, LayerStatistics? statistics = null) =>
        from importance in Importance.Of(result.Search.Determined.ToUnitMasks(), result.Options.Weights)
        from layers in LayerSelection.Choose(
            result.Options.Policy, result.Options.Choice, importance.Scores.ToArray(), statistics
                ?? LayerStatistics.None(importance.Scores.Count))
        select layers;

    private static Either<FloeError, SelectionResult> Rank(
        ScoreTable table, SelectionOptions options, MaskSearch search, UnitMasks masks, LayerStatistics? statistics) =>
        from importance in Importance.Of(masks, options.Weights)
        from layers in LayerSelection.Choose(
            options.Policy, options.Choice, importance.Scores.ToArray(), statistics ?? LayerStatistics.None(table.Shape.Layers))
        select new SelectionResult(
            options, search, masks, importance, layers, LayerSums(table, table.Fisher), LayerSums(table, table.Taylor));

    private static Arr<double> LayerSums(ScoreTable table, ReadOnlySpan<double> column)
    {
        double[] sums = new double[table.Shape.Layers];
        for (int layer = 0; layer < sums.Length; layer++)
        {
            sums[layer] = ExactSum.Of(column.Slice(layer * table.Shape.UnitsPerLayer, table.Shape.UnitsPerLayer));
        }

        return toArray(sums);
    }
}
