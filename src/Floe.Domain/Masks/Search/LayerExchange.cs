using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>
/// The exchange of method §5: within each layer, masked units of large τ take the place of kept ones of small τ where the slack allows it.
/// The kept units of each component lie in a tree over ascending τ, so that the p of smallest τ that frees enough cost is found in O(log
/// n).
/// </summary>
internal sealed class LayerExchange : IDisposable
{
    private readonly UnitOrder order;
    private readonly bool[] kept;
    private readonly Slack slack;
    private readonly bool crossOnly;
    private readonly List<UnitSwap> swaps = [];
    private readonly RadixSort sort;
    private readonly int[] descending;
    private readonly int[] masked;
    private readonly Side heads;
    private readonly Side neurons;

    private LayerExchange(UnitOrder order, bool[] kept, Slack slack, bool crossOnly)
    {
        (this.order, this.kept, this.slack, this.crossOnly) = (order, kept, slack, crossOnly);
        ModelShape shape = order.Table.Shape;
        sort = new RadixSort(shape.UnitsPerLayer);
        descending = new int[shape.UnitsPerLayer];
        masked = new int[shape.UnitsPerLayer];
        heads = new Side(shape.Heads);
        neurons = new Side(shape.Neurons);
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

        int cross = exchange.swaps.Count(s => IsHead(shape, s.Leaving) != IsHead(shape, s.Entering));
        return new Outcome(exchange.swaps, cross, passes);
    }

    /// <summary>Gives the sort's buffers back.</summary>
    public void Dispose() => sort.Dispose();

    private int Layer(int start)
    {
        Sort(start);
        int passes = 0;
        int before;
        do
        {
            before = swaps.Count;
            Pass(start);
            passes++;
        }
        while (swaps.Count > before);
        return passes;
    }

    // Positions within the layer, largest τ first, equal τ by position.
    private void Sort(int start) => sort.Order(new FisherKeys(order.Table, start), descending);

    private void Pass(int start)
    {
        ReadOnlySpan<double> fisher = order.Table.Fisher.Slice(start, descending.Length);
        ReadOnlySpan<double> costs = order.Costs.Slice(start, descending.Length);
        Span<bool> kept = this.kept.AsSpan(start, descending.Length);
        int heads = order.Table.Shape.Heads;
        foreach (int entering in Split(fisher, costs, kept, heads))
        {
            double least = slack.LeastLeaving(costs[entering]);
            int fromHeads = crossOnly && entering < heads ? -1 : this.heads.First(least);
            int fromNeurons = crossOnly && entering >= heads ? -1 : neurons.First(least);
            int leaving = Smaller(fromHeads, fromNeurons, fisher);
            if (leaving < 0 || fisher[leaving] >= fisher[entering])
            {
                continue;
            }

            (leaving < heads ? this.heads : neurons).Remove(least);
            kept[leaving] = false;
            kept[entering] = true;
            slack.Swap(costs[entering], costs[leaving]);
            swaps.Add(new UnitSwap(start + leaving, start + entering));
        }
    }

    // Masked units in descending τ; kept units in ascending τ go to their sides. Units of equal τ stay in their order both ways.
    private ReadOnlySpan<int> Split(ReadOnlySpan<double> fisher, ReadOnlySpan<double> costs, ReadOnlySpan<bool> kept, int heads)
    {
        int masked = 0;
        foreach (int unit in descending)
        {
            if (!kept[unit])
            {
                this.masked[masked++] = unit;
            }
        }

        this.heads.Clear();
        neurons.Clear();
        for (int end = descending.Length, begin; end > 0; end = begin)
        {
            double value = fisher[descending[end - 1]];
            for (begin = end - 1; begin > 0 && fisher[descending[begin - 1]] == value; begin--)
            {
            }

            for (int at = begin; at < end; at++)
            {
                int unit = descending[at];
                if (kept[unit])
                {
                    (unit < heads ? this.heads : neurons).Append(unit);
                }
            }
        }

        this.heads.Build(costs);
        neurons.Build(costs);
        return this.masked.AsSpan(0, masked);
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
        private readonly int[] units = new int[capacity];
        private readonly MaxTree tree = new(capacity);
        private int count;

        public void Clear() => count = 0;

        public void Append(int unit) => units[count++] = unit;

        public void Build(ReadOnlySpan<double> costs) => tree.Reset(units.AsSpan(0, count), costs);

        public int First(double least) => tree.First(least) is var place && place < 0 ? -1 : units[place];

        public void Remove(double least) => tree.Remove(tree.First(least));
    }
}
