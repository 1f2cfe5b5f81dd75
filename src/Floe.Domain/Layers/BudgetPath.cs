using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>One point of a path over budgets.</summary>
/// <param name="Rho">ρ.</param>
/// <param name="Layers">Ranking and chosen layers there.</param>
/// <param name="KeptFisher">Στ over the kept units.</param>
public sealed record PathPoint(double Rho, ChosenLayers Layers, double KeptFisher);

/// <summary>A place where the chosen layers change.</summary>
/// <param name="Below">The largest ρ tried with the old set.</param>
/// <param name="Above">The smallest ρ tried with the new set.</param>
/// <param name="Left">Layers that leave, ascending.</param>
/// <param name="Entered">Layers that come in, ascending.</param>
public sealed record PathChange(double Below, double Above, Arr<int> Left, Arr<int> Entered);

/// <summary>How the answer depends on ρ.</summary>
/// <param name="Points">Every ρ that was tried, ascending: the grid, and what the search for changes added.</param>
/// <param name="Changes">Where the chosen set changes, each found to within the resolution.</param>
public sealed record BudgetPath(Arr<PathPoint> Points, Arr<PathChange> Changes)
{
    /// <summary>
    /// The path of rankings over ρ: an even grid, and between neighbours whose sets differ a bisection down to the resolution, on both
    /// sides wherever the middle differs from both. A set that comes and goes between two grid points is not seen; a finer grid shows it.
    /// Errors: bounds out of 0 … 1 or reversed, fewer than two grid points, a resolution that is not above 0; those of a selection.
    /// </summary>
    /// <param name="table">Scores.</param>
    /// <param name="options">What is asked for, apart from the budget.</param>
    /// <param name="from">Smallest ρ.</param>
    /// <param name="to">Largest ρ.</param>
    /// <param name="points">Grid points, both ends included; at least 2.</param>
    /// <param name="resolution">Largest distance between the two sides of a change.</param>
    /// <param name="statistics">Columns for policies that rank by a layer statistic.</param>
    public static Either<FloeError, BudgetPath> Run(
        ScoreTable table,
        SelectionOptions options,
        double from = 0.05,
        double to = 0.95,
        int points = 19,
        double resolution = 1e-3,
        LayerStatistics? statistics = null)
    {
        if (!(from >= 0 && from < to && to <= 1) || points < 2 || !(resolution > 0))
        {
            return Left<FloeError, BudgetPath>(new FloeError.Usage(
                "path", "0 ≤ from < to ≤ 1, at least 2 points and a resolution above 0", $"{from} to {to}, {points} points, {resolution}",
                    "Change the range."));
        }

        UnitOrder order = UnitOrder.Of(table);
        Either<FloeError, PathPoint> At(double rho) =>
            from result in Select.Run(order, options with { Budget = new Budget.Share(rho) }, statistics)
            select new PathPoint(rho, result.Layers, result.Search.KeptFisher);

        // What is still to be tried, lowest on top: a stack in place of recursion.
        Stack<double> waiting = new(Enumerable.Range(0, points).Select(i => from + ((to - from) * i / (points - 1))).Reverse());
        List<PathPoint> done = [];
        while (waiting.Count > 0)
        {
            if (At(waiting.Peek()).Failed(out FloeError? error, out PathPoint? next))
            {
                return Left<FloeError, BudgetPath>(error);
            }

            if (done.Count > 0 && next.Rho - done[^1].Rho > resolution && done[^1].Layers.Chosen != next.Layers.Chosen)
            {
                waiting.Push(done[^1].Rho + ((next.Rho - done[^1].Rho) / 2));
                continue;
            }

            done.Add(next);
            waiting.Pop();
        }

        return Right<FloeError, BudgetPath>(new BudgetPath(toArray(done), toArray(ChangesOf(done))));
    }

    private static IEnumerable<PathChange> ChangesOf(List<PathPoint> points) =>
        from pair in points.Zip(points.Skip(1))
        let before = pair.Item1
        let after = pair.Item2
        where before.Layers.Chosen != after.Layers.Chosen
        select new PathChange(
            before.Rho,
            after.Rho,
            toArray(before.Layers.Chosen.Except(after.Layers.Chosen)),
            toArray(after.Layers.Chosen.Except(before.Layers.Chosen)));
}
