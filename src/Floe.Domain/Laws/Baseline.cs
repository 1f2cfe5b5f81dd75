using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Laws;

/// <summary>What a policy promises never to fall below: an amount of kept Fisher for every table and budget, in words and as a
/// function.</summary>
/// <param name="Words">What it is.</param>
/// <param name="Kept">Στ that the policy keeps at least.</param>
public sealed record Baseline(string Words, Func<ScoreTable, Budget, Either<FloeError, double>> Kept)
{
    /// <summary>The Fisher that another policy keeps.</summary>
    /// <param name="words">What that policy does.</param>
    /// <param name="policy">It.</param>
    public static Baseline Of(string words, MaskPolicy policy) => new(
        words, (table, budget) => policy(table, budget).Map(masks => masks.SumKept(table.Fisher)));

    /// <summary>Units in table order, each kept where it still fits: a choice that does not look at τ.</summary>
    /// <param name="costs">What a unit costs.</param>
    public static Baseline InTableOrder(CostModel costs) => Of(
        "keeping units in table order while they fit",
        (table, budget) => budget.Resolve(table).Map(cost =>
        {
            ReadOnlySpan<double> each = costs == CostModel.Scalar ? UnitOrder.OfScalar(table).Costs : table.Taylor;
            return WhileTheyFit(table, each, cost);
        }));

    /// <summary>The masks of Algorithm 1, from which units of least τ/t are dropped until each unit's own cost fits: method §5, step 1
    /// alone.</summary>
    public static Baseline RepairedDetermination { get; } = Of(
        "Algorithm 1 with the units of least τ/t dropped until the budget holds",
        (table, budget) => budget.Resolve(table).Map(cost => Repaired(UnitOrder.Of(table), cost)));

    /// <summary>The bound of method §11 less the largest τ of one unit: what filling by τ/t reaches at least.</summary>
    public static Baseline BoundLessOneUnit { get; } = new(
        "the bound of the linear relaxation less the largest τ of one unit",
        (table, budget) => budget.Resolve(table).Map(cost =>
            (Bounds.Relaxation(UnitOrder.Of(table), cost) * (1 - 1e-12)) - Largest(table.Fisher)));

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, value);
        }

        return largest;
    }

    private static BinaryMasks WhileTheyFit(ScoreTable table, ReadOnlySpan<double> costs, double cost)
    {
        bool[] kept = new bool[costs.Length];
        ExactSum room = new();
        room.Add(cost);
        for (int unit = 0; unit < kept.Length; unit++)
        {
            room.Subtract(costs[unit]);
            kept[unit] = room.Sign() >= 0;
            room.Add(kept[unit] ? 0 : costs[unit]);
        }

        return BinaryMasks.Own(table.Shape, kept);
    }

    private static BinaryMasks Repaired(UnitOrder order, double cost)
    {
        if (cost >= order.Table.TotalCost)
        {
            return BinaryMasks.All(order.Table.Shape, kept: true);
        }

        bool[] kept = Determination.Run(order, cost).Kept.ToArray();
        ExactSum room = new();
        room.Add(cost);
        for (int unit = 0; unit < kept.Length; unit++)
        {
            room.Subtract(kept[unit] ? order.Costs[unit] : 0);
        }

        for (int at = kept.Length - 1; at >= 0 && room.Sign() < 0; at--)
        {
            int unit = order.ByDensity[at];
            room.Add(kept[unit] ? order.Costs[unit] : 0);
            kept[unit] = false;
        }

        return BinaryMasks.Own(order.Table.Shape, kept);
    }
}
