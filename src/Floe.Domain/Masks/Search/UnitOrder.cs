using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>
/// The two orders of units that every search walks: by τ and by τ/t, both descending, equal values by table order. Computed when first
/// asked for, and used for every budget.
/// </summary>
/// <remarks>τ/t is the quotient as a double; a unit of no cost comes first. A stable radix sort.</remarks>
public sealed class UnitOrder
{
    private readonly double[]? scalarCosts;
    private int[]? byFisher;
    private int[]? byDensity;

    private UnitOrder(ScoreTable table, double[]? scalarCosts) => (Table, this.scalarCosts) = (table, scalarCosts);

    /// <summary>The table that is ordered.</summary>
    public ScoreTable Table { get; }

    /// <summary>What each unit costs here: its own t, or t_h and t_f.</summary>
    public ReadOnlySpan<double> Costs => scalarCosts ?? Table.Taylor;

    /// <summary>True where the costs are t_h and t_f.</summary>
    public bool IsScalar => scalarCosts is not null;

    /// <summary>Positions of units, largest τ first.</summary>
    public ReadOnlySpan<int> ByFisher => byFisher ??= Sorted(new FisherKeys(Table, 0));

    /// <summary>Positions of units, largest τ/t first.</summary>
    public ReadOnlySpan<int> ByDensity => byDensity ??= Sorted(new DensityKeys(this));

    /// <summary>The orders by each unit's own cost.</summary>
    public static UnitOrder Of(ScoreTable table) => new(table, null);

    /// <summary>The orders by the scalar costs t_h and t_f.</summary>
    public static UnitOrder OfScalar(ScoreTable table)
    {
        double[] costs = new double[table.Shape.Units];
        for (int start = 0; start < costs.Length; start += table.Shape.UnitsPerLayer)
        {
            costs.AsSpan(start, table.Shape.Heads).Fill(table.HeadCost);
            costs.AsSpan(start + table.Shape.Heads, table.Shape.Neurons).Fill(table.NeuronCost);
        }

        return new UnitOrder(table, costs);
    }

    /// <summary>A key that ascends as a value of at least 0 descends: its bits grow with the value. Adding 0 makes −0 the same as
    /// 0.</summary>
    internal static ulong Descending(double value) => ~BitConverter.DoubleToUInt64Bits(value + 0.0);

    private int[] Sorted<TKeys>(TKeys keys)
        where TKeys : struct, IKeys
    {
        int[] order = new int[Table.Shape.Units];
        using RadixSort sort = new(order.Length);
        sort.Order(keys, order);
        return order;
    }
}
