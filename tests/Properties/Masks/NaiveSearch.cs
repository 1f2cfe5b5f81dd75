using System.Numerics;
using Floe.Domain.Masks.Search;

namespace Floe.Tests.Properties.Masks;

/// <summary>Method §4 and §5 written down as they read, with loops over all pairs and rational arithmetic: the oracle of the fast
/// forms.</summary>
internal static class NaiveSearch
{
    /// <summary>The largest Στ over all masks whose cost is within C, by trying every mask (at most 12 units).</summary>
    public static BigInteger BestKept(TableCase c, double[] costs, double cost)
    {
        BigInteger best = -1;
        BigInteger budget = Exact.Of(cost);
        BigInteger[] tau = [.. c.Fisher.Select(Exact.Of)];
        BigInteger[] t = [.. costs.Select(Exact.Of)];
        for (int set = 0; set < 1 << tau.Length; set++)
        {
            BigInteger kept = 0;
            BigInteger spent = 0;
            for (int unit = 0; unit < tau.Length; unit++)
            {
                if ((set >> unit & 1) == 1)
                {
                    kept += tau[unit];
                    spent += t[unit];
                }
            }

            best = spent <= budget && kept > best ? kept : best;
        }

        return best;
    }

    /// <summary>Algorithm 1, kept form, step by step.</summary>
    public static bool[] Determine(TableCase c, double headCost, double neuronCost, double cost)
    {
        int[] heads = [.. Units(c).Where(c.IsHead).OrderByDescending(u => c.Fisher[u])];
        int[] neurons = [.. Units(c).Where(u => !c.IsHead(u)).OrderByDescending(u => c.Fisher[u])];
        BigInteger best = -1;
        bool[] kept = new bool[c.Fisher.Length];
        for (int n = 0; n <= heads.Length && n * Exact.Of(headCost) <= Exact.Of(cost); n++)
        {
            BigInteger room = (Exact.Of(cost) - (n * Exact.Of(headCost))) / Exact.Of(neuronCost);
            int f = (int)BigInteger.Min(room, neurons.Length);
            int[] units = [.. heads.Take(n), .. neurons.Take(f)];
            BigInteger total = Exact.Sum(units.Select(u => c.Fisher[u]));
            if (total > best)
            {
                best = total;
                kept = [.. Units(c).Select(units.Contains)];
            }
        }

        return kept;
    }

    /// <summary>The Στ that the search of retraining-free-pruning reaches: from one head on, with no neuron where the heads alone exceed
    /// C.</summary>
    public static BigInteger BestOfAncestor(TableCase c, double headCost, double neuronCost, double cost)
    {
        double[] heads = [.. Units(c).Where(c.IsHead).Select(u => c.Fisher[u]).OrderDescending()];
        double[] neurons = [.. Units(c).Where(u => !c.IsHead(u)).Select(u => c.Fisher[u]).OrderDescending()];
        return Enumerable.Range(1, heads.Length).Max(n =>
        {
            BigInteger rest = Exact.Of(cost) - (n * Exact.Of(headCost));
            int f = rest < 0 ? 0 : (int)BigInteger.Min(rest / Exact.Of(neuronCost), neurons.Length);
            return Exact.Sum(heads.Take(n).Concat(neurons.Take(f)));
        });
    }

    /// <summary>The least Στ over the masked sets of the printed form: n heads and as many neurons as the budget then pays for, the
    /// smallest τ first.</summary>
    public static BigInteger LeastMasked(TableCase c, double headCost, double neuronCost, double cost)
    {
        double[] heads = [.. Units(c).Where(c.IsHead).Select(u => c.Fisher[u]).Order()];
        double[] neurons = [.. Units(c).Where(u => !c.IsHead(u)).Select(u => c.Fisher[u]).Order()];
        return Enumerable.Range(0, heads.Length + 1).Where(n => n * Exact.Of(headCost) <= Exact.Of(cost)).Min(n =>
        {
            BigInteger room = (Exact.Of(cost) - (n * Exact.Of(headCost))) / Exact.Of(neuronCost);
            return Exact.Sum(heads.Take(n).Concat(neurons.Take((int)BigInteger.Min(room, neurons.Length))));
        });
    }

    /// <summary>Repair, exchange and fill of method §5 by each unit's own cost.</summary>
    public static bool[] Refine(TableCase c, bool[] start, double cost)
    {
        if (cost >= c.Table.TotalCost)
        {
            return [.. start.Select(_ => true)];
        }

        bool[] kept = [.. start];
        BigInteger slack = Exact.Of(cost) - Exact.SumWhere(c.Taylor, kept);
        foreach (int unit in Units(c).Where(u => kept[u]).OrderBy(u => Density(c, u)).ThenByDescending(u => u).ToArray())
        {
            if (slack < 0)
            {
                kept[unit] = false;
                slack += Exact.Of(c.Taylor[unit]);
            }
        }

        for (int layer = 0; layer < c.Layers; layer++)
        {
            while (Pass(c, kept, layer, ref slack))
            {
            }
        }

        foreach (int unit in Units(c).Where(u => !kept[u]).OrderByDescending(u => Density(c, u)).ToArray())
        {
            if (Exact.Of(c.Taylor[unit]) <= slack)
            {
                kept[unit] = true;
                slack -= Exact.Of(c.Taylor[unit]);
            }
        }

        return kept;
    }

    /// <summary>Algorithm 2 as printed, on the masked set, within each layer.</summary>
    public static List<UnitSwap> Printed(TableCase c, bool[] start)
    {
        bool[] kept = [.. start];
        List<UnitSwap> swaps = [];
        for (int layer = 0; layer < c.Layers; layer++)
        {
            while (BestPrinted(c, kept, layer) is { } swap)
            {
                kept[swap.Leaving] = true;
                kept[swap.Entering] = false;
                swaps.Add(swap);
            }
        }

        return swaps;
    }

    private static UnitSwap? BestPrinted(TableCase c, bool[] kept, int layer)
    {
        UnitSwap? best = null;
        BigInteger gain = 0;
        foreach (int p in LayerUnits(c, layer).Where(u => !kept[u]))
        {
            foreach (int q in LayerUnits(c, layer).Where(u => kept[u] && c.Taylor[p] >= c.Taylor[u]))
            {
                BigInteger found = Exact.Of(c.Fisher[p]) - Exact.Of(c.Fisher[q]);
                (best, gain) = found > gain ? (new UnitSwap(p, q), found) : (best, gain);
            }
        }

        return best;
    }

    private static bool Pass(TableCase c, bool[] kept, int layer, ref BigInteger slack)
    {
        bool swapped = false;
        foreach (int q in LayerUnits(c, layer).Where(u => !kept[u]).OrderByDescending(u => c.Fisher[u]).ToArray())
        {
            BigInteger room = slack;
            int[] candidates = [.. LayerUnits(c, layer)
                .Where(p => kept[p] && c.Fisher[p] < c.Fisher[q] && Exact.Of(c.Taylor[q]) - Exact.Of(c.Taylor[p]) <= room)
                .OrderBy(p => c.Fisher[p])];
            if (candidates.Length > 0)
            {
                kept[candidates[0]] = false;
                kept[q] = true;
                slack += Exact.Of(c.Taylor[candidates[0]]) - Exact.Of(c.Taylor[q]);
                swapped = true;
            }
        }

        return swapped;
    }

    private static double Density(TableCase c, int unit) => c.Taylor[unit] == 0 ? double.PositiveInfinity : c.Fisher[unit] / c.Taylor[unit];

    private static IEnumerable<int> Units(TableCase c) => Enumerable.Range(0, c.Fisher.Length);

    private static IEnumerable<int> LayerUnits(TableCase c, int layer) =>
        Enumerable.Range(layer * (c.Heads + c.Neurons), c.Heads + c.Neurons);
}
