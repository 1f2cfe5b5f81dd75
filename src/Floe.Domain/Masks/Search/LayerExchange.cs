using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>
/// The exchange of method §5: within each layer, masked units of large τ take the place of kept ones of small τ where the slack allows it. The
/// kept units of each component lie in a tree over ascending τ, so that the p of smallest τ that frees enough cost is found in O(log n).
/// </summary>
internal sealed class LayerExchange : IDisposable
{
    private readonly UnitOrder _order;
    private readonly bool[] _kept;
    private readonly Slack _slack;
    private readonly bool _crossOnly;
    private readonly List<UnitSwap> _swaps = [];
    private readonly RadixSort _sort;
    private readonly int[] _descending;
    private readonly int[] _masked;
    private readonly Side _heads;
    private readonly Side _neurons;

    private LayerExchange(UnitOrder order, bool[] kept, Slack slack, bool crossOnly)
    {
        (_order, _kept, _slack, _crossOnly) = (order, kept, slack, crossOnly);
        ModelShape shape = order.Table.Shape;
        _sort = new RadixSort(shape.UnitsPerLayer);
        _descending = new int[shape.UnitsPerLayer];
        _masked = new int[shape.UnitsPerLayer];
        _heads = new Side(shape.Heads);
        _neurons = new Side(shape.Neurons);
    }

    /// <summary>What the exchange did.</summary>
    public sealed record Outcome(IReadOnlyList<UnitSwap> Swaps, int Cross, int Passes);

    /// <summary>Exchanges in every layer, ascending; changes the masks and the slack that are given.</summary>
    /// <param name="order">The table and its costs.</param>
    /// <param name="kept">The masks.</param>
    /// <param name="slack">C − cost of the masks, at least 0.</param>
    /// <param name="crossOnly">Whether only heads and neurons change places.</param>
    public static Outcome Run(UnitOrder order, bool[] kept, Slack slack, bool crossOnly)
    {
        using LayerExchange exchange = new(order, kept, slack, crossOnly);
        ModelShape shape = order.Table.Shape;
        int passes = 0;
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            passes += exchange.Layer(layer * shape.UnitsPerLayer);
        }

        int cross = exchange._swaps.Count(s => IsHead(shape, s.Leaving) != IsHead(shape, s.Entering));
        return new Outcome(exchange._swaps, cross, passes);
    }

    /// <summary>Gives the sort's buffers back.</summary>
    public void Dispose() => _sort.Dispose();

    private int Layer(int start)
    {
        Sort(start);
        int passes = 0;
        int before;
        do
        {
            before = _swaps.Count;
            Pass(start);
            passes++;
        }
        while (_swaps.Count > before);
        return passes;
    }

    // Positions within the layer, largest τ first, equal τ by position.
    private void Sort(int start) => _sort.Order(new FisherKeys(_order.Table, start), _descending);

    private void Pass(int start)
    {
        ReadOnlySpan<double> fisher = _order.Table.Fisher.Slice(start, _descending.Length);
        ReadOnlySpan<double> costs = _order.Costs.Slice(start, _descending.Length);
        Span<bool> kept = _kept.AsSpan(start, _descending.Length);
        int heads = _order.Table.Shape.Heads;
        foreach (int entering in Split(fisher, costs, kept, heads))
        {
            double least = _slack.LeastLeaving(costs[entering]);
            int fromHeads = _crossOnly && entering < heads ? -1 : _heads.First(least);
            int fromNeurons = _crossOnly && entering >= heads ? -1 : _neurons.First(least);
            int leaving = Smaller(fromHeads, fromNeurons, fisher);
            if (leaving < 0 || fisher[leaving] >= fisher[entering])
            {
                continue;
            }

            (leaving < heads ? _heads : _neurons).Remove(least);
            kept[leaving] = false;
            kept[entering] = true;
            _slack.Swap(costs[entering], costs[leaving]);
            _swaps.Add(new UnitSwap(start + leaving, start + entering));
        }
    }

    // Masked units in descending τ; kept units in ascending τ go to their sides. Units of equal τ stay in their order both ways.
    private ReadOnlySpan<int> Split(ReadOnlySpan<double> fisher, ReadOnlySpan<double> costs, ReadOnlySpan<bool> kept, int heads)
    {
        int masked = 0;
        foreach (int unit in _descending)
        {
            if (!kept[unit])
            {
                _masked[masked++] = unit;
            }
        }

        _heads.Clear();
        _neurons.Clear();
        for (int end = _descending.Length, begin; end > 0; end = begin)
        {
            double value = fisher[_descending[end - 1]];
            for (begin = end - 1; begin > 0 && fisher[_descending[begin - 1]] == value; begin--)
            {
            }

            for (int at = begin; at < end; at++)
            {
                int unit = _descending[at];
                if (kept[unit])
                {
                    (unit < heads ? _heads : _neurons).Append(unit);
                }
            }
        }

        _heads.Build(costs);
        _neurons.Build(costs);
        return _masked.AsSpan(0, masked);
    }

    // The unit of smaller τ; equal τ: the earlier unit. -1 stands for none.
    private static int Smaller(int left, int right, ReadOnlySpan<double> fisher) =>
        left < 0 ? right
        : right < 0 ? left
        : fisher[left] < fisher[right] || (fisher[left] == fisher[right] && left < right) ? left
        : right;

    private static bool IsHead(ModelShape shape, int unit) => unit % shape.UnitsPerLayer < shape.Heads;

    /// <summary>The kept units of one component at a pass's start, ascending by τ; a unit that left is gone.</summary>
    private sealed class Side(int capacity)
    {
        private readonly int[] _units = new int[capacity];
        private readonly MaxTree _tree = new(capacity);
        private int _count;

        public void Clear() => _count = 0;

        public void Append(int unit) => _units[_count++] = unit;

        public void Build(ReadOnlySpan<double> costs) => _tree.Reset(_units.AsSpan(0, _count), costs);

        public int First(double least) => _tree.First(least) is var place && place < 0 ? -1 : _units[place];

        public void Remove(double least) => _tree.Remove(_tree.First(least));
    }
}
