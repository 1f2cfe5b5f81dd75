using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>
/// Compares Σ τ over n heads and the neurons that n heads leave room for, n = 0, 1, …: both are prefixes of their order, so from one n to
/// the next one head joins and some neurons leave. The sign of a difference is read from floating point where its error cannot matter, else
/// from an exact sum.
/// </summary>
/// <param name="table">The scores.</param>
/// <param name="heads">Heads in their order.</param>
/// <param name="neurons">Neurons in their order, from place <paramref name="low"/> on.</param>
/// <param name="room">How many neurons stand beside n heads.</param>
/// <param name="low">Neurons that stand beside any number of heads.</param>
internal sealed class PrefixWalk(ScoreTable table, int[] heads, int[] neurons, int[] room, int low)
{
    // Twice the unit roundoff, for sums of sums.
    private const double Roundoff = 2.3e-16;

    private readonly ExactSum exact = new();
    private int exactAt;
    private double gain;
    private double size;
    private long terms;

    /// <summary>The n from <paramref name="first"/> to <paramref name="last"/> whose sum no other exceeds (<paramref name="sign"/> 1) or
    /// undercuts (−1); the smallest such.</summary>
    public int Best(int sign, int first, int last)
    {
        Restart(first);
        int best = first;
        for (int n = first + 1; n <= last; n++)
        {
            Step(n);
            if (Sign(n) == sign)
            {
                best = n;
                Restart(n);
            }
        }

        return best;
    }

    private void Step(int n)
    {
        ReadOnlySpan<double> fisher = table.Fisher;
        double head = fisher[heads[n - 1]];
        (int fewer, int more) = (Math.Min(room[n - 1], room[n]) - low, Math.Max(room[n - 1], room[n]) - low);
        double moved = 0;
        foreach (int neuron in neurons.AsSpan(fewer, more - fewer))
        {
            moved += fisher[neuron];
        }

        gain += room[n] < room[n - 1] ? head - moved : head + moved;
        size += head + moved;
        terms += more - fewer + 3;
    }

    private int Sign(int n)
    {
        if (Math.Abs(gain) > Roundoff * terms * size)
        {
            return Math.Sign(gain);
        }

        for (; exactAt < n; exactAt++)
        {
            exact.Add(table.Fisher[heads[exactAt]]);
            AddRange(room[exactAt] - low, room[exactAt + 1] - low);
        }

        return exact.Sign();
    }

    private void Restart(int n)
    {
        exact.Clear();
        (exactAt, gain, size, terms) = (n, 0, 0, 0);
    }

    private void AddRange(int from, int to)
    {
        for (int at = from; at < to; at++)
        {
            exact.Add(table.Fisher[neurons[at]]);
        }

        for (int at = from - 1; at >= to; at--)
        {
            exact.Subtract(table.Fisher[neurons[at]]);
        }
    }
}
