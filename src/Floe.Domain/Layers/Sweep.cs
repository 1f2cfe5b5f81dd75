using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>Selections from one table, several at once: the units are sorted once for all of them.</summary>
public static class Sweep
{
    /// <summary>One selection for each set of options, in their order: several budgets, or stages with and without refinement. Errors:
    /// those of <see cref="Select.Run(ScoreTable, SelectionOptions, LayerStatistics)"/>; no options.</summary>
    /// <param name="table">Scores.</param>
    /// <param name="options">What is asked for, at least once.</param>
    /// <param name="statistics">Columns for policies that rank by a layer statistic.</param>
    public static Either<FloeError, Arr<SelectionResult>> Run(
        ScoreTable table, IReadOnlyList<SelectionOptions> options, LayerStatistics? statistics = null)
    {
        if (options.Count == 0)
        {
            return Left<FloeError, Arr<SelectionResult>>(
                new FloeError.Usage("sweep", "at least one budget", "none", "Name the budgets to compare."));
        }

        UnitOrder order = UnitOrder.Of(table);
        return options.Aggregate(
            Right<FloeError, Arr<SelectionResult>>(Arr<SelectionResult>.Empty),
            (all, one) => all.Bind(results => Select.Run(order, one, statistics).Map(results.Add)));
    }

    /// <summary>The same options under several shares ρ of the cost. Errors: as the other overload.</summary>
    /// <param name="table">Scores.</param>
    /// <param name="options">What is asked for, apart from the budget.</param>
    /// <param name="shares">ρ of each selection.</param>
    /// <param name="statistics">Columns for policies that rank by a layer statistic.</param>
    public static Either<FloeError, Arr<SelectionResult>> OverBudgets(
        ScoreTable table, SelectionOptions options, IReadOnlyList<double> shares, LayerStatistics? statistics = null) =>
        Run(table, [.. shares.Select(rho => options with { Budget = new Budget.Share(rho) })], statistics);
}
