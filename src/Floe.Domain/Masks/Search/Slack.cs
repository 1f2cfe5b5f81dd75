using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>C − Σ of the kept units' costs, kept without rounding, with answers to the two questions that refinement asks.</summary>
internal sealed class Slack
{
    private readonly ExactSum _exact;
    private readonly double[] _parts = new double[3];

    /// <summary>Starts from an exact sum, which it then owns.</summary>
    public Slack(ExactSum exact)
    {
        _exact = exact;
        Refresh();
    }

    /// <summary>The slack as a double.</summary>
    public double Rounded => _parts[0];

    /// <summary>True where a cost does not exceed the slack.</summary>
    public bool Pays(double cost)
    {
        double high = _parts[0];
        return cost < high || (cost == high && _parts[1] >= 0);
    }

    /// <summary>The smallest double t for which <paramref name="entering"/> − t does not exceed the slack: a leaving unit must cost that much.</summary>
    public double LeastLeaving(double entering)
    {
        double difference = entering - _parts[0];
        double error = Rounding.ErrorOfDifference(entering, _parts[0], difference);
        double below = error - _parts[1];
        if (_parts[2] != 0 || Rounding.ErrorOfDifference(error, _parts[1], below) != 0)
        {
            return LeastLeavingExactly(entering);
        }

        double least = difference + below;
        return Rounding.ErrorOfSum(difference, below, least) > 0 ? Math.BitIncrement(least) : least;
    }

    /// <summary>One unit enters the kept set and another leaves it.</summary>
    public void Swap(double entering, double leaving)
    {
        _exact.Subtract(entering);
        _exact.Add(leaving);
        Refresh();
    }

    /// <summary>A unit enters the kept set.</summary>
    public void Take(double cost)
    {
        _exact.Subtract(cost);
        Refresh();
    }

    private double LeastLeavingExactly(double entering)
    {
        _exact.Subtract(entering);
        double least = -_exact.Round();
        _exact.Add(least);
        bool enough = _exact.Sign() >= 0;
        _exact.Subtract(least);
        _exact.Add(entering);
        return enough ? least : Math.BitIncrement(least);
    }

    private void Refresh()
    {
        Array.Clear(_parts);
        int count = _exact.Drain(_parts);
        for (int part = 0; part < count; part++)
        {
            _exact.Add(_parts[part]);
        }
    }
}
