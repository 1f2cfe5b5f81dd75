using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Effects.Runs.Plans;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs;

/// <summary>A selection under one budget of a sweep.</summary>
/// <param name="Budget">ρ.</param>
/// <param name="Result">The selection.</param>
/// <param name="FromPrevious">Distance to the ranking of the budget before; none for the first.</param>
/// <param name="FromUnrefined">Distance to the ranking of the same budget without refinement.</param>
public sealed record BudgetPoint(double Budget, SelectionResult Result, Option<RankDistance> FromPrevious, RankDistance FromUnrefined)
{
    /// <summary>The chosen layers, ascending.</summary>
    public Arr<int> Chosen => Result.Layers.Chosen;
}

/// <summary>Several budgets on one table: the sort is done once (method §7, Figures 6 and 7).</summary>
public static class BudgetSweep
{
    /// <summary>Selects under each budget.</summary>
    /// <param name="scores">A score table.</param>
    /// <param name="settings">Everything but the budget.</param>
    /// <param name="budgets">Values of ρ, in the order of the answer.</param>
    /// <returns>One point a budget, or what is wrong with the file or an option.</returns>
    public static Either<FloeError, Arr<BudgetPoint>> Run(string scores, SelectionSettings settings, IReadOnlyList<double> budgets) =>
        from options in SelectionWords.Options(settings, "fisher", 0)
        from file in ScoreTables.Read(scores)
        from table in file.Sums.ToTable()
        let order = UnitOrder.Of(table)
        from points in budgets.Fold(Right<FloeError, Arr<BudgetPoint>>(Arr<BudgetPoint>.Empty), (all, budget) =>
            from before in all
            from point in Point(order, options with { Budget = new Budget.Share(budget) }, budget, before)
            select before.Add(point))
        select points;

    private static Either<FloeError, BudgetPoint> Point(UnitOrder order, SelectionOptions options, double budget, Arr<BudgetPoint> before) =>
        from refined in Select.Run(order, options)
        from plain in Select.Run(order, options with { Refinement = RefinementForm.None })
        let n = Math.Max(1, refined.Layers.Chosen.Count)
        from unrefined in RankDistance.Between(plain.Layers.Ranking, refined.Layers.Ranking, n)
        from moved in before.IsEmpty
            ? Right<FloeError, Option<RankDistance>>(None)
            : RankDistance.Between(before[before.Count - 1].Result.Layers.Ranking, refined.Layers.Ranking, n).Map(Some)
        select new BudgetPoint(budget, refined, moved, unrefined);
}
