namespace Floe.Domain.Masks.Search;

/// <summary>
/// A complete binary tree of maxima over a sequence, for the question "which is the first item of at least this value". Used again for
/// sequence after sequence of at most its capacity.
/// </summary>
internal sealed class MaxTree(int capacity)
{
    private readonly double[] nodes = new double[2 * LeavesFor(capacity)];
    private int leaves = 1;

    /// <summary>Takes a new sequence: the values of some items.</summary>
    /// <param name="items">Positions in <paramref name="values"/>, at most the capacity.</param>
    /// <param name="values">A value for every position.</param>
    public void Reset(ReadOnlySpan<int> items, ReadOnlySpan<double> values)
    {
        leaves = LeavesFor(items.Length);
        for (int at = 0; at < items.Length; at++)
        {
            nodes[leaves + at] = values[items[at]];
        }

        nodes.AsSpan(leaves + items.Length, leaves - items.Length).Fill(double.NegativeInfinity);
        for (int node = leaves - 1; node > 0; node--)
        {
            nodes[node] = Math.Max(nodes[2 * node], nodes[(2 * node) + 1]);
        }
    }

    /// <summary>The first place whose value is at least <paramref name="least"/> (above −∞), or −1. O(log n).</summary>
    public int First(double least)
    {
        if (nodes[1] < least || double.IsNegativeInfinity(nodes[1]))
        {
            return -1;
        }

        int node = 1;
        while (node < leaves)
        {
            node = 2 * node;
            if (nodes[node] < least || double.IsNegativeInfinity(nodes[node]))
            {
                node++;
            }
        }

        return node - leaves;
    }

    /// <summary>Takes a place out. O(log n).</summary>
    public void Remove(int place)
    {
        int node = leaves + place;
        nodes[node] = double.NegativeInfinity;
        for (node /= 2; node > 0; node /= 2)
        {
            nodes[node] = Math.Max(nodes[2 * node], nodes[(2 * node) + 1]);
        }
    }

    private static int LeavesFor(int items) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(items, 1));
}
