using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>The 64-bit keys of a sequence, told by position. A structure, so that the sort reads them without a call.</summary>
internal interface IKeys
{
    /// <summary>The key at a position.</summary>
    ulong this[int at] { get; }
}

/// <summary>Keys that are stored.</summary>
internal readonly struct StoredKeys(ulong[] keys) : IKeys
{
    public ulong this[int at] => keys[at];
}

/// <summary>τ, largest first, of the units from a place in the table on.</summary>
internal readonly struct FisherKeys(ScoreTable table, int start) : IKeys
{
    public ulong this[int at] => UnitOrder.Descending(table.Fisher[start + at]);
}

/// <summary>τ/t, largest first; a unit of no cost comes before all others.</summary>
internal readonly struct DensityKeys(UnitOrder order) : IKeys
{
    public ulong this[int at]
    {
        get
        {
            double cost = order.Costs[at];
            return UnitOrder.Descending(cost == 0 ? double.PositiveInfinity : order.Table.Fisher[at] / cost);
        }
    }
}
