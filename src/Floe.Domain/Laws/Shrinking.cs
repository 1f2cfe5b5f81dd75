using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Laws;

/// <summary>Smaller cases of the same failure: fewer layers, fewer units, a rounder ρ, simpler scores.</summary>
internal static class Shrinking
{
    private const int MostTries = 4000;

    // Above this size only rows are taken away; single scores are simplified once few are left.
    private const int FewUnits = 64;

    /// <summary>The first simpler case that still fails, again and again, until none does.</summary>
    /// <param name="found">A case that fails.</param>
    /// <param name="fails">Whether a case fails.</param>
    public static LawCase Smallest(LawCase found, Func<LawCase, bool> fails)
    {
        LawCase smallest = found;
        int tries = 0;
        bool smaller = true;
        while (smaller && tries < MostTries)
        {
            smaller = false;
            foreach (LawCase candidate in Simpler(smallest).Take(MostTries - tries))
            {
                tries++;
                if (fails(candidate))
                {
                    smallest = candidate;
                    smaller = true;
                    break;
                }
            }
        }

        return smallest;
    }

    private static IEnumerable<LawCase> Simpler(LawCase c) => FewerRows(c).Concat(c.Table.Shape.Units <= FewUnits ? Rounder(c) : []);

    // Half of the layers, heads or neurons taken away at once, then a quarter, down to one.
    private static IEnumerable<LawCase> FewerRows(LawCase c)
    {
        ModelShape shape = c.Table.Shape;
        return Cuts(shape.Layers).SelectMany(cut => Without(c, shape with { Layers = shape.Layers - cut.Count }, u => In(u.Layer, cut)))
            .Concat(Cuts(shape.Neurons).SelectMany(cut => Without(
                c, shape with { Neurons = shape.Neurons - cut.Count }, u => u.Component == Component.Neuron && In(u.Index, cut))))
            .Concat(Cuts(shape.Heads).SelectMany(cut => Without(
                c, shape with { Heads = shape.Heads - cut.Count, KvHeads = shape.Heads - cut.Count }, u => u.Component == Component.Head
                    && In(u.Index, cut))));
    }

    private static IEnumerable<(int Start, int Count)> Cuts(int length)
    {
        for (int count = length / 2; count >= 1; count /= 2)
        {
            for (int start = 0; start + count <= length; start += count)
            {
                yield return (start, count);
            }
        }
    }

    private static bool In(int value, (int Start, int Count) cut) => value >= cut.Start && value < cut.Start + cut.Count;

    private static Seq<LawCase> Without(LawCase c, ModelShape shape, Func<UnitId, bool> goes)
    {
        int[] left = [.. Enumerable.Range(0, c.Table.Shape.Units).Where(u => !goes(c.Table.Shape.UnitAt(u)))];
        double[] fisher = [.. left.Select(u => c.Table.Fisher[u])];
        double[] taylor = [.. left.Select(u => c.Table.Taylor[u])];
        return LawCase.Create(shape, fisher, taylor, c.Rho).ToSeq();
    }

    private static IEnumerable<LawCase> Rounder(LawCase c)
    {
        if (c.Rho is not (0.5 or 0 or 1))
        {
            yield return c.At(0.5);
        }

        for (int unit = 0; unit < c.Table.Shape.Units; unit++)
        {
            foreach (double value in Simpler(c.Table.Fisher[unit]))
            {
                foreach (LawCase with in LawCase.Create(c.Table.Shape, With(c.Table.Fisher, unit, value), c.Table.Taylor, c.Rho).ToSeq())
                {
                    yield return with;
                }
            }

            foreach (double value in Simpler(c.Table.Taylor[unit]))
            {
                foreach (LawCase with in LawCase.Create(c.Table.Shape, c.Table.Fisher, With(c.Table.Taylor, unit, value), c.Rho).ToSeq())
                {
                    yield return with;
                }
            }
        }
    }

    // Always nearer to 0 or with fewer digits, so that shrinking ends.
    private static double[] Simpler(double value) => value switch
    {
        0 => [],
        1 => [0],
        _ when value != Math.Floor(value) => value > 1 ? [0, 1, Math.Floor(value)] : [0, 1],
        _ => [0, 1, Math.Floor(value / 2), value - 1],
    };

    private static double[] With(ReadOnlySpan<double> column, int at, double value)
    {
        double[] copy = column.ToArray();
        copy[at] = value;
        return copy;
    }
}
