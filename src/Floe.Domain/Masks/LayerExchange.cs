using Floe.Domain.Scores;

namespace Floe.Domain.Masks;

/// <summary>
/// The exchange of method §5: within each layer, masked units of large τ take the place of kept ones of small τ where the slack allows it.
/// </summary>
internal static class LayerExchange
{
    /// <summary>What the exchange did.</summary>
    public sealed record Outcome(List<UnitSwap> Swaps, int Cross, int Passes);

    /// <summary>Exchanges in every layer, ascending; changes the masks and the slack that are given.</summary>
    /// <param name="order">The table, its orders and its costs.</param>
    /// <param name="kept">The masks.</param>
    /// <param name="slack">C − cost of the masks, at least 0.</param>
    /// <param name="crossOnly">Whether only heads and neurons change places.</param>
    public static Outcome Run(UnitOrder order, bool[] kept, Slack slack, bool crossOnly)
    {
        int perLayer = order.Table.Shape.UnitsPerLayer;
        int[] byLayer = ByLayer(order.ByFisher, order.Table.Shape);
        List<UnitSwap> swaps = [];
        int passes = 0;
        for (int start = 0; start < byLayer.Length; start += perLayer)
        {
            ReadOnlySpan<int> descending = byLayer.AsSpan(start, perLayer);
            int[] ascending = Determination.Ascending(descending, order.Table.Fisher);
            int before;
            do
            {
                before = swaps.Count;
                Pass(order, descending, ascending, kept, slack, crossOnly, swaps);
                passes++;
            }
            while (swaps.Count > before);
        }

        int cross = swaps.Count(s => IsHead(order.Table.Shape, s.Leaving) != IsHead(order.Table.Shape, s.Entering));
        return new Outcome(swaps, cross, passes);
    }

    private static void Pass(
        UnitOrder order, ReadOnlySpan<int> descending, int[] ascending, bool[] kept, Slack slack, bool crossOnly, List<UnitSwap> swaps)
    {
        ReadOnlySpan<double> fisher = order.Table.Fisher;
        ReadOnlySpan<double> costs = order.Costs;
        ModelShape shape = order.Table.Shape;
        int[] masked = [.. Where(descending, kept, false)];
        Side heads = new([.. Where(ascending, kept, true).Where(u => IsHead(shape, u))], costs);
        Side neurons = new([.. Where(ascending, kept, true).Where(u => !IsHead(shape, u))], costs);
        foreach (int entering in masked)
        {
            double least = slack.LeastLeaving(costs[entering]);
            bool head = IsHead(shape, entering);
            int fromHeads = crossOnly && head ? -1 : heads.First(least);
            int fromNeurons = crossOnly && !head ? -1 : neurons.First(least);
            int leaving = Smaller(fromHeads, fromNeurons, fisher);
            if (leaving < 0 || fisher[leaving] >= fisher[entering])
            {
                continue;
            }

            (IsHead(shape, leaving) ? heads : neurons).Remove(least);
            kept[leaving] = false;
            kept[entering] = true;
            slack.Swap(costs[entering], costs[leaving]);
            swaps.Add(new UnitSwap(leaving, entering));
        }
    }

    // The unit of smaller τ; equal τ: the earlier unit. -1 stands for none.
    private static int Smaller(int left, int right, ReadOnlySpan<double> fisher) =>
        left < 0 ? right
        : right < 0 ? left
        : fisher[left] < fisher[right] || (fisher[left] == fisher[right] && left < right) ? left
        : right;

    private static List<int> Where(ReadOnlySpan<int> units, bool[] kept, bool value)
    {
        List<int> chosen = new(units.Length);
        foreach (int unit in units)
        {
            if (kept[unit] == value)
            {
                chosen.Add(unit);
            }
        }

        return chosen;
    }

    private static bool IsHead(ModelShape shape, int unit) => unit % shape.UnitsPerLayer < shape.Heads;

    // Splits one order of all units into one order for each layer, stably.
    private static int[] ByLayer(ReadOnlySpan<int> order, ModelShape shape)
    {
        int[] next = [.. Enumerable.Range(0, shape.Layers).Select(layer => layer * shape.UnitsPerLayer)];
        int[] byLayer = new int[order.Length];
        foreach (int unit in order)
        {
            byLayer[next[unit / shape.UnitsPerLayer]++] = unit;
        }

        return byLayer;
    }

    /// <summary>The kept units of one component at a pass's start, ascending by τ; a unit that left is gone.</summary>
    private sealed class Side(int[] units, ReadOnlySpan<double> costs)
    {
        private readonly MaxTree _tree = new(units, costs);

        public int First(double least) => _tree.First(least) is var place && place < 0 ? -1 : units[place];

        public void Remove(double least) => _tree.Remove(_tree.First(least));
    }
}
