using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>
/// A budget problem in whole numbers: units with a cost and a score above 0 in descending score/cost, compared exactly. Units of no cost
/// are kept; units of no score, and units that break the budget alone, are masked.
/// </summary>
internal sealed class Knapsack
{
    private const int Bits = 61;

    private readonly int units;
    private readonly int[] free;
    private readonly int profitScale;
    private readonly double freeFisher;

    private Knapsack(UnitOrder order, double cost)
    {
        ReadOnlySpan<double> fisher = order.Table.Fisher;
        ReadOnlySpan<double> costs = order.Costs;
        units = fisher.Length;
        int costScale = Bits - 1 - Exponent(Math.Max(order.Table.TotalCost, cost));
        Capacity = (long)Math.Floor(Math.ScaleB(cost, costScale));
        List<int> free = [];
        List<int> items = [];
        foreach (int unit in order.ByDensity)
        {
            if (costs[unit] == 0)
            {
                free.Add(unit);
            }
            else if (fisher[unit] > 0 && costs[unit] <= cost)
            {
                items.Add(unit);
            }
        }

        this.free = [.. free];
        freeFisher = ExactSum.Of(Fishers(order.Table.Fisher, this.free));
        Items = [.. items];
        profitScale = Bits - 1 - Exponent(ExactSum.Of(Fishers(order.Table.Fisher, Items)));
        Profits = new long[units];
        Weights = new long[units];
        foreach (int unit in Items)
        {
            Profits[unit] = (long)Math.Round(Math.ScaleB(fisher[unit], profitScale));
            Weights[unit] = (long)Math.Ceiling(Math.ScaleB(costs[unit], costScale));
        }

        System.Array.Sort(Items, CompareDensity);
        while (Break < Items.Length && BreakWeight + Weights[Items[Break]] <= Capacity)
        {
            BreakWeight += Weights[Items[Break]];
            BreakProfit += Profits[Items[Break]];
            Break++;
        }
    }

    /// <summary>C.</summary>
    public long Capacity { get; }

    /// <summary>Units to decide on, the largest score/cost first.</summary>
    public int[] Items { get; }

    /// <summary>Scores, by unit.</summary>
    public long[] Profits { get; }

    /// <summary>Costs, by unit; at least 1 for every item.</summary>
    public long[] Weights { get; }

    /// <summary>How many items, from the front, fit together.</summary>
    public int Break { get; }

    /// <summary>Score of those.</summary>
    public long BreakProfit { get; }

    /// <summary>Cost of those.</summary>
    public long BreakWeight { get; }

    /// <summary>The problem of a table.</summary>
    public static Knapsack Of(UnitOrder order, double cost) => new(order, cost);

    /// <summary>A scaled score of items as a score of masks: with the units of no cost, rounded up past what scaling and this sum
    /// lose.</summary>
    public double Upper(long profit) =>
        Math.BitIncrement(Math.BitIncrement(Math.ScaleB(profit + (units / 2) + 1, -profitScale) + freeFisher));

    /// <summary>The items before the break, then every later one that still fits.</summary>
    public bool[] Greedy()
    {
        bool[] kept = Base();
        long room = Capacity;
        foreach (int unit in Items)
        {
            if (Weights[unit] <= room)
            {
                kept[unit] = true;
                room -= Weights[unit];
            }
        }

        return kept;
    }

    /// <summary>The items before the break.</summary>
    public bool[] BreakMasks()
    {
        bool[] kept = Base();
        foreach (int unit in Items.AsSpan(0, Break))
        {
            kept[unit] = true;
        }

        return kept;
    }

    /// <summary>The items of some masks together with the units of no cost, or null where they break the budget.</summary>
    public bool[]? Within(ReadOnlySpan<bool> masks)
    {
        bool[] kept = Base();
        Int128 weight = 0;
        foreach (int unit in Items)
        {
            kept[unit] = masks[unit];
            weight += masks[unit] ? Weights[unit] : 0;
        }

        return weight <= Capacity ? kept : null;
    }

    /// <summary>Scaled score of masks.</summary>
    public long Value(ReadOnlySpan<bool> kept)
    {
        long value = 0;
        foreach (int unit in Items)
        {
            value += kept[unit] ? Profits[unit] : 0;
        }

        return value;
    }

    private static double[] Fishers(ReadOnlySpan<double> fisher, int[] units)
    {
        double[] chosen = new double[units.Length];
        for (int at = 0; at < chosen.Length; at++)
        {
            chosen[at] = fisher[units[at]];
        }

        return chosen;
    }

    private bool[] Base()
    {
        bool[] kept = new bool[units];
        foreach (int unit in free)
        {
            kept[unit] = true;
        }

        return kept;
    }

    private int CompareDensity(int a, int b)
    {
        int order = ((Int128)Profits[b] * Weights[a]).CompareTo((Int128)Profits[a] * Weights[b]);
        return order != 0 ? order : a.CompareTo(b);
    }

    // Smallest e with value ≤ 2^e.
    private static int Exponent(double value) => value == 0 ? 0 : Math.ILogB(value) + 1;
}
