using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;

namespace Floe.Domain.Masks;

/// <summary>The forms of mask search (method §4).</summary>
public enum DeterminationForm
{
    /// <summary>Algorithm 1 read over the kept set: the kept units of largest τ within the budget. Exact under the scalar costs t_h and
    /// t_f.</summary>
    Kept = 0,

    /// <summary>Algorithm 1 as printed: the masked set of smallest τ that fills the budget.</summary>
    Literal = 1,

    /// <summary>Units in descending τ/t, by their own costs, while they fit.</summary>
    Density = 2,

    /// <summary>The search of retraining-free-pruning: at least one head, and a number of heads counts even where the heads alone break the
    /// budget.</summary>
    Ancestor = 3,
}

/// <summary>Algorithm 1: greedy mask search over the whole table (method §4). O(U) and a sort of the units whose place a number of heads
/// decides.</summary>
/// <remarks>
/// For every number n of heads the budget leaves room for f = ⌊(C − n·t_h)/t_f⌋ neurons. Whether n heads and f neurons fit, and which n
/// keeps the most τ, is decided without rounding. A budget of at least Σ t keeps every unit, although their exact cost may exceed it by a
/// rounding error.
/// </remarks>
public static class Determination
{
    /// <summary>Binary masks of a table within a budget.</summary>
    /// <param name="order">The table and its orders by each unit's own cost.</param>
    /// <param name="cost">C, finite and at least 0.</param>
    /// <param name="form">Which search.</param>
    public static BinaryMasks Run(UnitOrder order, double cost, DeterminationForm form = DeterminationForm.Kept) => form switch
    {
        DeterminationForm.Literal => Literal(order.Table, order.ByFisher, cost),
        DeterminationForm.Ancestor => Best(order.Table, cost, overBudget: true),
        _ when cost >= order.Table.TotalCost => BinaryMasks.All(order.Table.Shape, kept: true),
        DeterminationForm.Density => Density(order, cost),
        _ => Best(order.Table, cost, overBudget: false),
    };

    // Only the neurons that some contending number of heads leaves in or out are put in order: those before them are always kept, those
    // behind never.
    private static BinaryMasks Best(ScoreTable table, double cost, bool overBudget)
    {
        int[] room = Room.Beside(table, cost, overBudget);
        bool[] kept = new bool[table.Shape.Units];
        int[] heads = TopUnits.Of(table, Component.Head).Window(0, room.Length - 1, kept);
        TopUnits byRank = TopUnits.Of(table, Component.Neuron);
        (int first, int last) = Contenders.Among(table, heads, byRank, room);
        int[] beside = room[first..(last + 1)];
        (int low, int high) = (beside.Min(), beside.Max());
        int[] neurons = byRank.Window(low, high, kept);
        int best = new PrefixWalk(table, heads, neurons, room, low).Best(sign: 1, first, last);
        Mark(kept, heads.AsSpan(0, best), true);
        Mark(kept, neurons.AsSpan(0, room[best] - low), true);
        return BinaryMasks.Own(table.Shape, kept);
    }

    private static BinaryMasks Literal(ScoreTable table, ReadOnlySpan<int> byFisher, double cost)
    {
        int[] room = Room.Beside(table, cost, overBudget: false);
        (int[] heads, int[] neurons) = Split(table.Shape, Ascending(byFisher, table.Fisher));
        int best = new PrefixWalk(table, heads, neurons, room, low: 0).Best(sign: -1, 0, room.Length - 1);
        bool[] kept = new bool[table.Shape.Units];
        kept.AsSpan().Fill(true);
        Mark(kept, heads.AsSpan(0, best), false);
        Mark(kept, neurons.AsSpan(0, room[best]), false);
        return BinaryMasks.Own(table.Shape, kept);
    }

    private static BinaryMasks Density(UnitOrder order, double cost)
    {
        bool[] kept = new bool[order.Table.Shape.Units];
        ExactSum slack = new();
        slack.Add(cost);
        int fit = Prefix.WhileNotNegative(slack, order.ByDensity, order.Costs, add: false);
        Mark(kept, order.ByDensity[..fit], true);
        return BinaryMasks.Own(order.Table.Shape, kept);
    }

    private static void Mark(bool[] kept, ReadOnlySpan<int> units, bool mark)
    {
        foreach (int unit in units)
        {
            kept[unit] = mark;
        }
    }

    private static (int[] Heads, int[] Neurons) Split(ModelShape shape, ReadOnlySpan<int> order)
    {
        int[] heads = new int[shape.Layers * shape.Heads];
        int[] neurons = new int[shape.Layers * shape.Neurons];
        int h = 0;
        int f = 0;
        foreach (int unit in order)
        {
            if (unit % shape.UnitsPerLayer < shape.Heads)
            {
                heads[h++] = unit;
            }
            else
            {
                neurons[f++] = unit;
            }
        }

        return (heads, neurons);
    }

    /// <summary>A descending order turned round, runs of equal values left in table order.</summary>
    internal static int[] Ascending(ReadOnlySpan<int> descending, ReadOnlySpan<double> values)
    {
        int[] ascending = new int[descending.Length];
        int written = 0;
        int end = descending.Length;
        while (end > 0)
        {
            int start = end - 1;
            while (start > 0 && values[descending[start - 1]] == values[descending[end - 1]])
            {
                start--;
            }

            descending[start..end].CopyTo(ascending.AsSpan(written));
            written += end - start;
            end = start;
        }

        return ascending;
    }
}
