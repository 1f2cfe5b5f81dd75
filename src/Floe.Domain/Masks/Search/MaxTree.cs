namespace Floe.Domain.Masks.Search;

/// <summary>
/// A complete binary tree of maxima over a sequence, for the question "which is the first item of at least this value". Used again for sequence after
/// sequence of at most its capacity.
/// </summary>
internal sealed class MaxTree(int capacity)
{
    private readonly double[] _nodes = new double[2 * LeavesFor(capacity)];
    private int _leaves = 1;

    /// <summary>Takes a new sequence: the values of some items.</summary>
    /// <param name="items">Positions in <paramref name="values"/>, at most the capacity.</param>
    /// <param name="values">A value for every position.</param>
    public void Reset(ReadOnlySpan<int> items, ReadOnlySpan<double> values)
    {
        _leaves = LeavesFor(items.Length);
        for (int at = 0; at < items.Length; at++)
        {
            _nodes[_leaves + at] = values[items[at]];
        }

        _nodes.AsSpan(_leaves + items.Length, _leaves - items.Length).Fill(double.NegativeInfinity);
        for (int node = _leaves - 1; node > 0; node--)
        {
            _nodes[node] = Math.Max(_nodes[2 * node], _nodes[(2 * node) + 1]);
        }
    }

    /// <summary>The first place whose value is at least <paramref name="least"/> (above −∞), or −1. O(log n).</summary>
    public int First(double least)
    {
        if (_nodes[1] < least || double.IsNegativeInfinity(_nodes[1]))
        {
            return -1;
        }

        int node = 1;
        while (node < _leaves)
        {
            node = 2 * node;
            if (_nodes[node] < least || double.IsNegativeInfinity(_nodes[node]))
            {
                node++;
            }
        }

        return node - _leaves;
    }

    /// <summary>Takes a place out. O(log n).</summary>
    public void Remove(int place)
    {
        int node = _leaves + place;
        _nodes[node] = double.NegativeInfinity;
        for (node /= 2; node > 0; node /= 2)
        {
            _nodes[node] = Math.Max(_nodes[2 * node], _nodes[(2 * node) + 1]);
        }
    }

    private static int LeavesFor(int items) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(items, 1));
}
