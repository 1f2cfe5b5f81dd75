using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>The forms of mask search (method §4).</summary>
public enum DeterminationForm
{
    /// <summary>Algorithm 1 read over the kept set: the kept units of largest τ within the budget. Exact under the scalar costs t_h and t_f.</summary>
    Kept = 0,

    /// <summary>Algorithm 1 as printed: the masked set of smallest τ that fills the budget.</summary>
    Literal = 1,

    /// <summary>Units in descending τ/t, by their own costs, while they fit.</summary>
    Density = 2,

    /// <summary>The search of retraining-free-pruning: at least one head, and a number of heads counts even where the heads alone break the budget.</summary>
    Ancestor = 3,
}

/// <summary>Algorithm 1: greedy mask search over the whole table (method §4). O(U) after <see cref="UnitOrder"/>.</summary>
/// <remarks>
/// For every number n of heads the budget leaves room for f = ⌊(C − n·t_h)/t_f⌋ neurons. Whether n heads and f neurons fit, and which n keeps the
/// most τ, is decided without rounding. A budget of at least Σ t keeps every unit, although their exact cost may exceed it by a rounding error.
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
        DeterminationForm.Ancestor => Best(order.Table, order.ByFisher, cost, overBudget: true),
        _ when cost >= order.Table.TotalCost => BinaryMasks.All(order.Table.Shape, kept: true),
        DeterminationForm.Density => Density(order, cost),
        _ => Best(order.Table, order.ByFisher, cost, overBudget: false),
    };

    private static BinaryMasks Best(ScoreTable table, ReadOnlySpan<int> byFisher, double cost, bool overBudget)
    {
        ModelShape shape = table.Shape;
        Room room = new(table, cost);
        (int[] heads, int[] neurons) = Split(shape, byFisher);
        int first = overBudget ? 1 : 0;
        (int heads, int neurons) best = (0, overBudget ? 0 : room.Neurons(0));
        (int heads, int neurons) at = best;
        ExactSum gain = new();
        for (int n = first; n <= heads.Length && (overBudget || room.Heads(n)); n++)
        {
            at = Move(at, (n, room.Neurons(n)), table.Fisher, heads, neurons, gain);
            if (gain.Sign() > 0)
            {
                best = at;
                gain.Clear();
            }
        }

        return Mask(shape, heads.AsSpan(0, best.heads), neurons.AsSpan(0, best.neurons), marked: true);
    }

    private static BinaryMasks Literal(ScoreTable table, ReadOnlySpan<int> byFisher, double cost)
    {
        ModelShape shape = table.Shape;
        Room room = new(table, cost);
        (int[] heads, int[] neurons) = Split(shape, Ascending(byFisher, table.Fisher));
        (int heads, int neurons) best = (0, room.Neurons(0));
        (int heads, int neurons) at = best;
        ExactSum loss = new();
        for (int n = 1; n <= heads.Length && room.Heads(n); n++)
        {
            at = Move(at, (n, room.Neurons(n)), table.Fisher, heads, neurons, loss);
            if (loss.Sign() < 0)
            {
                best = at;
                loss.Clear();
            }
        }

        return Mask(shape, heads.AsSpan(0, best.heads), neurons.AsSpan(0, best.neurons), marked: false);
    }

    private static BinaryMasks Density(UnitOrder order, double cost)
    {
        bool[] kept = new bool[order.Table.Shape.Units];
        ExactSum slack = new();
        slack.Add(cost);
        int fit = Prefix.WhileNotNegative(slack, order.ByDensity, order.Costs, add: false);
        foreach (int unit in order.ByDensity[..fit])
        {
            kept[unit] = true;
        }

        return BinaryMasks.Own(order.Table.Shape, kept);
    }

    // Moves from one pair (heads, neurons) of prefix lengths to another and adds the change of Σ τ to the sum.
    private static (int Heads, int Neurons) Move(
        (int Heads, int Neurons) from, (int Heads, int Neurons) to, ReadOnlySpan<double> fisher, int[] heads, int[] neurons, ExactSum change)
    {
        AddRange(from.Heads, to.Heads, fisher, heads, change);
        AddRange(from.Neurons, to.Neurons, fisher, neurons, change);
        return to;
    }

    private static void AddRange(int from, int to, ReadOnlySpan<double> fisher, int[] units, ExactSum change)
    {
        for (int at = from; at < to; at++)
        {
            change.Add(fisher[units[at]]);
        }

        for (int at = from - 1; at >= to; at--)
        {
            change.Subtract(fisher[units[at]]);
        }
    }

    private static BinaryMasks Mask(ModelShape shape, ReadOnlySpan<int> heads, ReadOnlySpan<int> neurons, bool marked)
    {
        bool[] kept = new bool[shape.Units];
        kept.AsSpan().Fill(!marked);
        foreach (int unit in heads)
        {
            kept[unit] = marked;
        }

        foreach (int unit in neurons)
        {
            kept[unit] = marked;
        }

        return BinaryMasks.Own(shape, kept);
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

    /// <summary>How many neurons fit beside n heads, in exact arithmetic over the doubles C, t_h and t_f.</summary>
    private sealed class Room(ScoreTable table, double cost)
    {
        private readonly ExactSum _rest = new();
        private readonly int _neurons = table.Shape.Layers * table.Shape.Neurons;

        public bool Heads(int heads) => Fits(heads, 0);

        public int Neurons(int heads)
        {
            if (!Fits(heads, 0))
            {
                return 0;
            }

            int low = (int)Math.Clamp(Math.Floor((cost - (heads * table.HeadCost)) / table.NeuronCost), 0, _neurons);
            if (Fits(heads, low) && (low == _neurons || !Fits(heads, low + 1)))
            {
                return low;
            }

            low = 0;
            for (int high = _neurons; low < high;)
            {
                int middle = low + ((high - low + 1) / 2);
                (low, high) = Fits(heads, middle) ? (middle, high) : (low, middle - 1);
            }

            return low;
        }

        private bool Fits(int heads, int neurons)
        {
            _rest.Clear();
            _rest.Add(cost);
            _rest.AddMultiple(table.HeadCost, -heads);
            _rest.AddMultiple(table.NeuronCost, -neurons);
            return _rest.Sign() >= 0;
        }
    }
}
