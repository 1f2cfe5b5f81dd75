using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>
/// The rearrangement of retraining-free-pruning, an ancestor of Algorithm 2: within each component of each layer, the number of masked
/// units is kept and the masked set Z is chosen so that ‖Σ_{i in Z} g_i‖² is small, g_i = the unit's mask gradients over mini-batches.
/// </summary>
/// <remarks>
/// Z starts as the units of smallest ‖g_i‖². Every other unit, in ascending ‖g_i‖², joins Z, and the member whose removal leaves the
/// shortest sum is dropped (the first such, and possibly the unit that just joined). O(n |Z| batches) at most for a component of n units: Z
/// stays in ascending ‖g_i‖, and ‖s − g_i‖ ≥ ‖s‖ − ‖g_i‖ ends the search for the member to drop.
/// </remarks>
internal static class Rearrangement
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
                "gradients", $"{masks.Shape.Units} numbers for each of at least one batch",
                    $"{gradients.Length} numbers, {batches} batches", "Give the mask gradients of this model."));
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

        (int[] units, Vectors vectors) = Ascending(gradients, kept.Length, batches, start, count);
        List<int> members = [.. Enumerable.Range(0, masked)];
        members.ForEach(row => vectors.Add(row, 1));
        for (int candidate = masked; candidate < count; candidate++)
        {
            members.Add(candidate);
            vectors.Add(candidate, 1);
            int place = vectors.ShortestWithout(CollectionsMarshal.AsSpan(members));
            vectors.Add(members[place], -1);
            members.RemoveAt(place);
        }

        kept.AsSpan(start, count).Fill(true);
        members.ForEach(row => kept[units[row]] = false);
    }

    // The units of a component in ascending ‖g_i‖, and their gradients in this order.
    private static (int[] Units, Vectors Vectors) Ascending(ReadOnlySpan<double> gradients, int units, int batches, int start, int count)
    {
        double[] squares = new double[count];
        for (int b = 0; b < batches; b++)
        {
            ReadOnlySpan<double> batch = gradients.Slice((b * units) + start, count);
            for (int i = 0; i < count; i++)
            {
                squares[i] += batch[i] * batch[i];
            }
        }

        int[] order = [.. Enumerable.Range(start, count).OrderBy(unit => squares[unit - start])];
        return (order, new Vectors(gradients, units, batches, order));
    }

    /// <summary>The gradients of one component, a row a unit in ascending ‖g_i‖, and s, the sum of the rows that were added.</summary>
    private sealed class Vectors
    {
        // Past what rounding does to a length.
        private const double Surely = 1 - 1e-9;

        private readonly int width;
        private readonly Vector512<double>[] rows;
        private readonly Vector512<double>[] sum;
        private readonly double[] lengths;

        // A row fills whole registers; what lies behind the last batch is 0.
        public Vectors(ReadOnlySpan<double> gradients, int units, int batches, int[] order)
        {
            width = (batches + Vector512<double>.Count - 1) / Vector512<double>.Count;
            rows = new Vector512<double>[order.Length * width];
            sum = new Vector512<double>[width];
            lengths = new double[order.Length];
            Span<double> values = MemoryMarshal.Cast<Vector512<double>, double>(rows.AsSpan());
            for (int b = 0; b < batches; b++)
            {
                ReadOnlySpan<double> batch = gradients.Slice(b * units, units);
                for (int row = 0; row < order.Length; row++)
                {
                    values[(row * width * Vector512<double>.Count) + b] = batch[order[row]];
                }
            }

            for (int row = 0; row < order.Length; row++)
            {
                lengths[row] = Math.Sqrt(SquareOfDifference(Row(row), sum));
            }
        }

        /// <summary>s += sign · g_i.</summary>
        public void Add(int row, double sign)
        {
            ReadOnlySpan<Vector512<double>> vector = Row(row);
            for (int at = 0; at < vector.Length; at++)
            {
                sum[at] += sign * vector[at];
            }
        }

        /// <summary>The first place of those for which ‖s − g_i‖ is smallest.</summary>
        /// <param name="members">Rows in ascending ‖g_i‖.</param>
        public int ShortestWithout(ReadOnlySpan<int> members)
        {
            int best = members.Length - 1;
            double shortest = double.PositiveInfinity;
            double sum = Surely * Math.Sqrt(SquareOfDifference(this.sum, new Vector512<double>[width]));
            for (int place = members.Length - 1; place >= 0; place--)
            {
                int row = members[place];
                double least = sum - lengths[row];
                if (least > 0 && least * least * Surely > shortest)
                {
                    break;
                }

                double square = SquareOfDifference(this.sum, Row(row));
                if (square <= shortest)
                {
                    (best, shortest) = (place, square);
                }
            }

            return best;
        }

        private static double SquareOfDifference(ReadOnlySpan<Vector512<double>> left, ReadOnlySpan<Vector512<double>> right)
        {
            Vector512<double> squares = Vector512<double>.Zero;
            for (int at = 0; at < left.Length && at < right.Length; at++)
            {
                Vector512<double> rest = left[at] - right[at];
                squares = Vector512.FusedMultiplyAdd(rest, rest, squares);
            }

            return Vector512.Sum(squares);
        }

        private ReadOnlySpan<Vector512<double>> Row(int row) => rows.AsSpan(row * width, width);
    }
}
