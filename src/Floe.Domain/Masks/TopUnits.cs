using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Floe.Domain.Scores;

namespace Floe.Domain.Masks;

/// <summary>
/// The units of one component of the whole model by rank: largest τ first, equal τ by table order. Only a window of ranks is put in order; a count of
/// the leading bits of every score tells which units are surely before or behind it. O(U) and the sort of the window.
/// </summary>
internal static class TopUnits
{
    // Sign, exponent and three bits of the mantissa stay.
    private const int Shift = 49;

    /// <summary>The units of ranks <paramref name="low"/> to <paramref name="high"/> − 1, in order.</summary>
    /// <param name="table">The scores.</param>
    /// <param name="component">Heads or neurons.</param>
    /// <param name="low">First rank of the window, at most the number of units.</param>
    /// <param name="high">Rank behind the window.</param>
    /// <param name="before">Takes, at the component's places in the table, which units are of lower rank than the window.</param>
    public static int[] Window(ScoreTable table, Component component, int low, int high, bool[] before)
    {
        int[] counts = Count(table, component);
        (int first, int start, _) = Find(counts, low);
        (int last, int lastStart, int lastCount) = Find(counts, Math.Max(low, high - 1));
        int inside = lastStart + lastCount - start;
        using RadixSort sort = new(inside);
        ulong[] keys = ArrayPool<ulong>.Shared.Rent(inside);
        int[] units = ArrayPool<int>.Shared.Rent(inside);
        int[] order = ArrayPool<int>.Shared.Rent(inside);
        Gather(table, component, (Score(last), Score(first + 1)), keys, units, before);
        sort.Order(new StoredKeys(keys), order.AsSpan(0, inside));
        for (int at = 0; at < low - start; at++)
        {
            before[units[order[at]]] = true;
        }

        int[] window = new int[high - low];
        for (int at = 0; at < window.Length; at++)
        {
            window[at] = units[order[low - start + at]];
        }

        ArrayPool<ulong>.Shared.Return(keys);
        ArrayPool<int>.Shared.Return(units);
        ArrayPool<int>.Shared.Return(order);
        return window;
    }

    private static int[] Count(ScoreTable table, Component component)
    {
        int[] counts = new int[1 << (63 - Shift)];
        for (int layer = 0; layer < table.Shape.Layers; layer++)
        {
            foreach (double score in Scores(table, layer, component))
            {
                counts[Leading(score)]++;
            }
        }

        return counts;
    }

    // The leading bits that the unit of some rank has, how many units have larger ones, and how many the same; -1 and all of them past the last rank.
    private static (int Leading, int Before, int Same) Find(int[] counts, int rank)
    {
        int before = 0;
        for (int leading = counts.Length - 1; leading >= 0; leading--)
        {
            if (rank < before + counts[leading])
            {
                return (leading, before, counts[leading]);
            }

            before += counts[leading];
        }

        return (-1, before, 0);
    }

    // Units whose score is at least Above are before the window; those from Least on are written.
    private static void Gather(
        ScoreTable table, Component component, (double Least, double Above) bounds, ulong[] keys, int[] units, bool[] before)
    {
        Vector512<double> least = Vector512.Create(bounds.Least);
        Vector512<double> above = Vector512.Create(bounds.Above);
        int lanes = Vector512<double>.Count;
        int written = 0;
        for (int layer = 0; layer < table.Shape.Layers; layer++)
        {
            int start = (layer * table.Shape.UnitsPerLayer) + (component == Component.Head ? 0 : table.Shape.Heads);
            ReadOnlySpan<double> scores = Scores(table, layer, component);
            Span<byte> flags = MemoryMarshal.AsBytes(before.AsSpan(start, scores.Length));
            int at = 0;
            for (; at <= scores.Length - lanes; at += lanes)
            {
                Vector512<double> some = Vector512.Create(scores.Slice(at, lanes));
                ulong over = Vector512.GreaterThanOrEqual(some, above).ExtractMostSignificantBits();
                ulong inside = Vector512.GreaterThanOrEqual(some, least).ExtractMostSignificantBits() & ~over;
                BinaryPrimitives.WriteUInt64LittleEndian(flags[at..], OneByteABit(over));
                for (; inside != 0; inside &= inside - 1)
                {
                    int place = at + BitOperations.TrailingZeroCount(inside);
                    keys[written] = UnitOrder.Descending(scores[place]);
                    units[written++] = start + place;
                }
            }

            for (; at < scores.Length; at++)
            {
                flags[at] = scores[at] >= bounds.Above ? (byte)1 : (byte)0;
                if (scores[at] >= bounds.Least && scores[at] < bounds.Above)
                {
                    keys[written] = UnitOrder.Descending(scores[at]);
                    units[written++] = start + at;
                }
            }
        }
    }

    // Eight bits as eight bytes of 0 or 1, the lowest first.
    private static ulong OneByteABit(ulong bits) => (((bits & 0x7F) * 0x02040810204081) & 0x0101010101010101) | ((bits & 0x80) << 49);

    private static int Leading(double score) => (int)(BitConverter.DoubleToUInt64Bits(score + 0.0) >> Shift);

    // The least score of some leading bits; any above -1 is at least that of -1.
    private static double Score(int leading) => leading < 0 ? 0 : BitConverter.UInt64BitsToDouble((ulong)leading << Shift);

    private static ReadOnlySpan<double> Scores(ScoreTable table, int layer, Component component)
    {
        ReadOnlySpan<double> all = table.Fisher.Slice(layer * table.Shape.UnitsPerLayer, table.Shape.UnitsPerLayer);
        return component == Component.Head ? all[..table.Shape.Heads] : all[table.Shape.Heads..];
    }
}
