namespace Floe.Domain.Masks;

/// <summary>A complete binary tree of maxima over a fixed sequence, for the question "which is the first item of at least this value".</summary>
internal sealed class MaxTree
{
    private readonly double[] _nodes;
    private readonly int _leaves;

    /// <summary>A tree over a sequence of values.</summary>
    public MaxTree(ReadOnlySpan<int> items, ReadOnlySpan<double> values)
    {
        _leaves = 1;
        while (_leaves < items.Length)
        {
            _leaves *= 2;
        }

        _nodes = new double[2 * _leaves];
        _nodes.AsSpan().Fill(double.NegativeInfinity);
        for (int at = 0; at < items.Length; at++)
        {
            _nodes[_leaves + at] = values[items[at]];
        }

        for (int node = _leaves - 1; node > 0; node--)
        {
            _nodes[node] = Math.Max(_nodes[2 * node], _nodes[(2 * node) + 1]);
        }
    }

    /// <summary>The first place whose value is at least <paramref name="least"/>, or −1. O(log n).</summary>
    public int First(double least)
    {
        if (!(_nodes[1] >= least) || double.IsNegativeInfinity(_nodes[1]))
        {
            return -1;
        }

        int node = 1;
        while (node < _leaves)
        {
            node = 2 * node;
            if (!(_nodes[node] >= least) || double.IsNegativeInfinity(_nodes[node]))
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
}
