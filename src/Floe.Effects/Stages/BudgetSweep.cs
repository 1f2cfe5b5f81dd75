using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>A selection under one budget of a sweep.</summary>
/// <param name="Budget">ρ.</param>
/// <param name="Result">The selection.</param>
/// <param name="FromPrevious">Distance to the ranking of the budget before; none for the first.</param>
/// <param name="FromUnrefined">Distance to the ranking of the same budget without refinement.</param>
internal sealed record BudgetPoint(double Budget, SelectionResult Result, Option<RankDistance> FromPrevious, RankDistance FromUnrefined)
{
    /// <summary>The chosen layers, ascending.</summary>
    public Arr<int> Chosen => Result.Layers.Chosen;
}

/// <summary>Several budgets on one table: the sort is done once (method §7, Figures 6 and 7).</summary>
internal static class BudgetSweep
{
    /// <summary>Selects under each budget.</summary>
    /// <param name="scores">A score table.</param>
    /// <param name="options">Everything but the budget.</param>
    /// <param name="budgets">Values of ρ, in the order of the answer.</param>
    /// <returns>One point a budget, or what is wrong with the file or an option.</returns>
    public static Either<FloeError, Arr<BudgetPoint>> Run(string scores, SelectionOptions options, IReadOnlyList<double> budgets) =>
        from table in Read(scores)
        from results in Sweep.OverBudgets(table, options, budgets)
        from points in Enumerable.Range(0, budgets.Count).Each(i => Point(budgets[i], results[i], i == 0 ? None : Some(results[i - 1])))
        select toArray(points);

    /// <summary>Follows ρ and finds where the chosen set changes.</summary>
    /// <param name="scores">A score table.</param>
    /// <param name="options">Everything but the budget.</param>
    public static Either<FloeError, BudgetPath> Path(string scores, SelectionOptions options) =>
        from table in Read(scores)
        from path in BudgetPath.Run(table, options)
        select path;

    private static Either<FloeError, ScoreTable> Read(string scores) => ScoreTables.Read(scores).Bind(file => file.Sums.ToTable());

    private static Either<FloeError, BudgetPoint> Point(double budget, SelectionResult result, Option<SelectionResult> before) =>
        from plain in Select.Unrefined(result)
        from unrefined in Distance(plain, result.Layers)
        from moved in before.Match(
            None: () => Right<FloeError, Option<RankDistance>>(None),
            Some: previous => Distance(previous.Layers, result.Layers).Map(Some))
        select new BudgetPoint(budget, result, moved, unrefined);

    private static Either<FloeError, RankDistance> Distance(ChosenLayers from, ChosenLayers to) =>
        RankDistance.Between(from.Ranking, to.Ranking, Math.Max(1, to.Chosen.Count));
}
