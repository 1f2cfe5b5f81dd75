using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;

namespace Floe.Domain.Masks;

/// <summary>The outcome of an exact search.</summary>
/// <param name="Masks">The best masks found; within the budget.</param>
/// <param name="Certificate">Kept Fisher and the bound that the search proved; equal where it closed the gap.</param>
/// <param name="Closed">True where the masks are proven best.</param>
/// <param name="States">Partial solutions examined.</param>
internal sealed record ExactResult(BinaryMasks Masks, Certificate Certificate, bool Closed, long States);

/// <summary>
/// The best masks under each unit's own cost (method §11): max Σ τ z, Σ t z ≤ C, z in {0, 1}, by dynamic programming over a core that grows
/// from the break unit of the linear relaxation to both sides, with dominance and bounds.
/// </summary>
/// <remarks>
/// After D. Pisinger, A minimal algorithm for the 0-1 knapsack problem, Operations Research 45, 1997. Scores are scaled by powers of two to
/// whole numbers (costs rounded up, so that the budget holds; 2^-60 of the total), which leaves tables of few digits as they are. The work
/// limit is a number of partial solutions, not a time, so that the answer is the same on every machine; 12 bytes each.
/// </remarks>
internal static class ExactSearch
{
    /// <summary>A limit that takes a few seconds at most.</summary>
    public const long DefaultStates = 20_000_000;

    /// <summary>Searches until the gap is closed or the limit is reached; then the best masks so far and the bound of what is
    /// left.</summary>
    /// <param name="order">The table and its costs.</param>
    /// <param name="cost">C, finite and at least 0.</param>
    /// <param name="start">Masks to improve on; ignored where they break the budget.</param>
    /// <param name="states">Most partial solutions to examine.</param>
    public static ExactResult Run(UnitOrder order, double cost, BinaryMasks start, long states = DefaultStates)
    {
        if (cost >= order.Table.TotalCost)
        {
            double all = ExactSum.Of(order.Table.Fisher);
            return new ExactResult(BinaryMasks.All(start.Shape, kept: true), new Certificate(all, all), true, 0);
        }

        Knapsack problem = Knapsack.Of(order, cost);
        bool[] greedy = problem.Greedy();
        bool[] best = problem.Within(start.Kept) is { } given && problem.Value(given) > problem.Value(greedy) ? given : greedy;
        CoreSearch search = new(problem, problem.Value(best));
        bool closed = search.Run(states);
        BinaryMasks masks = BinaryMasks.Own(start.Shape, search.Improved(best));
        double kept = masks.SumKept(order.Table.Fisher);
        double upper = closed ? kept : Math.Max(kept, Math.Min(Bounds.Relaxation(order, cost), problem.Upper(search.Upper())));
        return new ExactResult(masks, new Certificate(kept, upper), closed, search.States);
    }
}
