using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>C − Σ of the kept units' costs, kept without rounding, with answers to the two questions that refinement asks.</summary>
internal sealed class Slack
{
    private readonly ExactSum exact;
    private readonly double[] parts = new double[3];

    /// <summary>Starts from an exact sum, which it then owns.</summary>
    public Slack(ExactSum exact)
    {
        this.exact = exact;
        Refresh();
    }

    /// <summary>The slack as a double.</summary>
    public double Rounded => parts[0];

    /// <summary>True where a cost does not exceed the slack.</summary>
    public bool Pays(double cost)
    {
        double high = parts[0];
        return cost < high || (cost == high && parts[1] >= 0);
    }

    /// <summary>The smallest double t for which <paramref name="entering"/> − t does not exceed the slack: a leaving unit must cost that
    /// much.</summary>
    public double LeastLeaving(double entering)
    {
        double difference = entering - parts[0];
        double error = Rounding.ErrorOfDifference(entering, parts[0], difference);
        double below = error - parts[1];
        if (parts[2] != 0 || Rounding.ErrorOfDifference(error, parts[1], below) != 0)
        {
            return LeastLeavingExactly(entering);
        }

        double least = difference + below;
        return Rounding.ErrorOfSum(difference, below, least) > 0 ? Math.BitIncrement(least) : least;
    }

    /// <summary>One unit enters the kept set and another leaves it.</summary>
    public void Swap(double entering, double leaving)
    {
        exact.Subtract(entering);
        exact.Add(leaving);
        Refresh();
    }

    /// <summary>A unit enters the kept set.</summary>
    public void Take(double cost)
    {
        exact.Subtract(cost);
        Refresh();
    }

    private double LeastLeavingExactly(double entering)
    {
        exact.Subtract(entering);
        double least = -exact.Round();
        exact.Add(least);
        bool enough = exact.Sign() >= 0;
        exact.Subtract(least);
        exact.Add(entering);
        return enough ? least : Math.BitIncrement(least);
    }

    private void Refresh()
    {
        Array.Clear(parts);
        int count = exact.Drain(parts);
        for (int part = 0; part < count; part++)
        {
            exact.Add(parts[part]);
        }
    }
}
