using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>How many neurons a budget leaves room for beside a number of heads, in exact arithmetic over the doubles C, t_h and
/// t_f.</summary>
internal sealed class Room
{
    // What rounding can do to (C − n·t_h)/t_f, relative to (C + n·t_h)/t_f, with room to spare; below Least the type loses digits.
    private const double Rounding = 1e-15;
    private const double Least = 1e-290;

    private readonly double cost;
    private readonly double head;
    private readonly double neuron;
    private readonly int neurons;
    private readonly ExactSum rest = new();

    private Room(ScoreTable table, double cost) =>
        (this.cost, head, neuron, neurons) = (cost, table.HeadCost, table.NeuronCost, table.Shape.Layers * table.Shape.Neurons);

    /// <summary>Neurons that fit beside 0, 1, … heads, as far as the heads themselves fit.</summary>
    /// <param name="table">The scores.</param>
    /// <param name="cost">C, finite and at least 0.</param>
    /// <param name="overBudget">As the ancestor counts: none beside no head, and none beside heads that do not fit, whose number may be
    /// any.</param>
    public static int[] Beside(ScoreTable table, double cost, bool overBudget)
    {
        Room room = new(table, cost);
        List<int> beside = [overBudget ? 0 : room.Neurons(0)];
        for (int heads = 1; heads <= table.Shape.Layers * table.Shape.Heads; heads++)
        {
            int neurons = room.Neurons(heads);
            if (neurons < 0 && !overBudget)
            {
                break;
            }

            beside.Add(Math.Max(neurons, 0));
        }

        return [.. beside];
    }

    // -1 where the heads do not fit.
    private int Neurons(int heads)
    {
        (int low, int high) = Between(heads);
        while (low < high)
        {
            int middle = low + ((high - low + 1) / 2);
            (low, high) = Fits(heads, middle) ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    // The quotient in floating point with its error on both sides: mostly one number.
    private (int Low, int High) Between(int heads)
    {
        double most = (cost + (heads * head)) / neuron;
        if (!(neuron >= Least && double.IsFinite(most)))
        {
            return (-1, neurons);
        }

        double quotient = (cost - (heads * head)) / neuron;
        double error = Rounding * (1 + most);
        return (Whole(quotient - error), Whole(quotient + error));
    }

    private int Whole(double quotient) => (int)Math.Clamp(Math.Floor(quotient), -1, neurons);

    private bool Fits(int heads, int neurons)
    {
        rest.Clear();
        rest.Add(cost);
        rest.AddMultiple(head, -heads);
        rest.AddMultiple(neuron, -neurons);
        return rest.Sign() >= 0;
    }
}
