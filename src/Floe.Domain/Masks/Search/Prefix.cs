using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>Finds where a running sum of costs crosses zero, exactly, with one test of the sign for a block of units.</summary>
internal static class Prefix
{
    private const int Block = 256;

    /// <summary>
    /// How many units, in their order, can be taken from the sum before it turns negative (<paramref name="add"/> false), or must be added
    /// until it no longer is (<paramref name="add"/> true). The sum is left with those units applied.
    /// </summary>
    /// <param name="sum">The sum; not negative at first where costs are taken.</param>
    /// <param name="units">Positions of units.</param>
    /// <param name="costs">Cost of every position, at least 0.</param>
    /// <param name="add">Whether costs are added or taken.</param>
    public static int WhileNotNegative(ExactSum sum, ReadOnlySpan<int> units, ReadOnlySpan<double> costs, bool add)
    {
        int done = 0;
        while (done < units.Length && !(add && sum.Sign() >= 0))
        {
            ReadOnlySpan<int> block = units.Slice(done, Math.Min(Block, units.Length - done));
            Apply(sum, block, costs, add);
            if ((sum.Sign() >= 0) != add)
            {
                done += block.Length;
                continue;
            }

            Apply(sum, block, costs, !add);
            return done + OneByOne(sum, block, costs, add);
        }

        return done;
    }

    private static int OneByOne(ExactSum sum, ReadOnlySpan<int> block, ReadOnlySpan<double> costs, bool add)
    {
        for (int at = 0; at < block.Length; at++)
        {
            if (add && sum.Sign() >= 0)
            {
                return at;
            }

            Apply(sum, block.Slice(at, 1), costs, add);
            if (!add && sum.Sign() < 0)
            {
                Apply(sum, block.Slice(at, 1), costs, add: true);
                return at;
            }
        }

        return block.Length;
    }

    private static void Apply(ExactSum sum, ReadOnlySpan<int> units, ReadOnlySpan<double> costs, bool add)
    {
        foreach (int unit in units)
        {
            sum.Add(add ? costs[unit] : -costs[unit]);
        }
    }
}
