using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>
/// The rearrangement of retraining-free-pruning, an ancestor of Algorithm 2: within each component of each layer, the number of masked units is
/// kept and the masked set Z is chosen so that ‖Σ_{i in Z} g_i‖² is small, g_i = the unit's mask gradients over mini-batches.
/// </summary>
/// <remarks>
/// Z starts as the units of smallest ‖g_i‖². Every other unit, in ascending ‖g_i‖², joins Z, and the member whose removal leaves the shortest sum
/// is dropped (the first such, and possibly the unit that just joined). O(n |Z| batches) for a component of n units.
/// </remarks>
public static class Rearrangement
{
    /// <summary>Rearranges masks. Errors: a number of gradients that is not batches times units.</summary>
    /// <param name="masks">The masks; how many units each component masks stays as it is.</param>
    /// <param name="gradients">∂ℓ/∂m of every batch, [batches, units] row-major, units in table order.</param>
    /// <param name="batches">Mini-batches, at least 1.</param>
    public static Either<FloeError, BinaryMasks> Run(BinaryMasks masks, ReadOnlySpan<double> gradients, int batches)
    {
        if (batches < 1 || gradients.Length != (long)batches * masks.Shape.Units)
        {
            return Left<FloeError, BinaryMasks>(new FloeError.BadData(
                "gradients", $"{masks.Shape.Units} numbers for each of at least one batch", $"{gradients.Length} numbers, {batches} batches", "Give the mask gradients of this model."));
        }

        bool[] kept = masks.Kept.ToArray();
        for (int layer = 0; layer < masks.Shape.Layers; layer++)
        {
            int start = layer * masks.Shape.UnitsPerLayer;
            Component(kept, gradients, batches, start, masks.Shape.Heads);
            Component(kept, gradients, batches, start + masks.Shape.Heads, masks.Shape.Neurons);
        }

        return Right<FloeError, BinaryMasks>(BinaryMasks.Own(masks.Shape, kept));
    }

    private static void Component(bool[] kept, ReadOnlySpan<double> gradients, int batches, int start, int count)
    {
        int masked = count - kept.AsSpan(start, count).Count(true);
        if (masked == 0 || masked == count)
        {
            return;
        }

        double[][] vectors = Vectors(gradients, kept.Length, batches, start, count);
        double[] lengths = [.. vectors.Select(v => v.Sum(x => x * x))];
        int[] ascending = [.. Enumerable.Range(0, count).OrderBy(i => lengths[i])];
        List<int> members = [.. ascending.Take(masked)];
        double[] sum = new double[batches];
        members.ForEach(i => Add(sum, vectors[i], 1));
        foreach (int candidate in ascending.Skip(masked))
        {
            members.Add(candidate);
            Add(sum, vectors[candidate], 1);
            int place = ShortestWithout(members, vectors, sum);
            Add(sum, vectors[members[place]], -1);
            members.RemoveAt(place);
        }

        kept.AsSpan(start, count).Fill(true);
        members.ForEach(i => kept[start + i] = false);
    }

    private static int ShortestWithout(List<int> members, double[][] vectors, double[] sum)
    {
        int best = 0;
        double shortest = double.PositiveInfinity;
        for (int place = 0; place < members.Count; place++)
        {
            double[] vector = vectors[members[place]];
            double length = 0;
            for (int b = 0; b < sum.Length; b++)
            {
                double rest = sum[b] - vector[b];
                length += rest * rest;
            }

            (best, shortest) = length < shortest ? (place, length) : (best, shortest);
        }

        return best;
    }

    private static double[][] Vectors(ReadOnlySpan<double> gradients, int units, int batches, int start, int count)
    {
        double[][] vectors = new double[count][];
        for (int i = 0; i < count; i++)
        {
            vectors[i] = new double[batches];
            for (int b = 0; b < batches; b++)
            {
                vectors[i][b] = gradients[(b * units) + start + i];
            }
        }

        return vectors;
    }

    private static void Add(double[] sum, double[] vector, double sign)
    {
        for (int b = 0; b < sum.Length; b++)
        {
            sum[b] += sign * vector[b];
        }
    }
}
