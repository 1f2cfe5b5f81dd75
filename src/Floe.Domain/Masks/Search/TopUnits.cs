using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Floe.Domain.Scores;

namespace Floe.Domain.Masks.Search;

/// <summary>
/// The units of one component of the whole model by rank: largest τ first, equal τ by table order. A count of the leading bits of every
/// score bounds the τ of any rank; only a window of ranks is put in order. O(U) and the sort of the window.
/// </summary>
internal sealed class TopUnits
{
    // Sign, exponent and three bits of the mantissa stay.
    private const int Shift = 49;

    private readonly ScoreTable table;
    private readonly Component component;

    // The leading bits that occur, largest first, and how many units have these or larger ones.
    private readonly int[] leading;
    private readonly int[] behind;

    private TopUnits(ScoreTable table, Component component)
    {
        (this.table, this.component) = (table, component);
        ReadOnlySpan<int> counts = Count();
        List<int> leading = [], behind = [];
        int units = 0;
        for (int bits = counts.LastIndexOfAnyExcept(0); bits >= 0; bits = counts[..bits].LastIndexOfAnyExcept(0))
        {
            leading.Add(bits);
            behind.Add(units += counts[bits]);
        }

        (this.leading, this.behind) = ([.. leading], [.. behind]);
    }

    /// <summary>Counts the units of a component.</summary>
    /// <param name="table">The scores.</param>
    /// <param name="component">Heads or neurons.</param>
    public static TopUnits Of(ScoreTable table, Component component) => new(table, component);

    /// <summary>The τ of the unit of some rank is at least Least and below Above; both are 0 past the last rank.</summary>
    public (double Least, double Above) Bounds(int rank)
    {
        (int leading, _, _) = Find(rank);
        return (Score(leading), Score(leading + 1));
    }

    /// <summary>The units of ranks <paramref name="low"/> to <paramref name="high"/> − 1, in order.</summary>
    /// <param name="low">First rank of the window, at most the number of units.</param>
    /// <param name="high">Rank behind the window.</param>
    /// <param name="before">Takes, at the component's places in the table, which units are of lower rank than the window.</param>
    public int[] Window(int low, int high, bool[] before)
    {
        (int first, int start, _) = Find(low);
        (int last, _, int end) = Find(Math.Max(low, high - 1));
        int inside = end - start;
        using RadixSort sort = new(inside);
        ulong[] keys = ArrayPool<ulong>.Shared.Rent(inside);
        int[] units = ArrayPool<int>.Shared.Rent(inside);
        int[] order = ArrayPool<int>.Shared.Rent(inside);
        Gather((Score(last), Score(first + 1)), keys, units, before);
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

    private int[] Count()
    {
        int[] counts = new int[1 << (63 - Shift)];
        for (int layer = 0; layer < table.Shape.Layers; layer++)
        {
            foreach (double score in Scores(layer))
            {
                counts[Leading(score)]++;
            }
        }

        return counts;
    }

    // The leading bits that the unit of some rank has, how many units have larger ones, and how many these or larger ones; -1 and all of
    // them past the last rank.
    private (int Leading, int Before, int Behind) Find(int rank)
    {
        int found = Array.BinarySearch(behind, rank + 1);
        int at = found < 0 ? ~found : found;
        int before = at == 0 ? 0 : behind[at - 1];
        return at < behind.Length ? (leading[at], before, behind[at]) : (-1, before, before);
    }

    // Units whose score is at least Above are before the window; those from Least on are written.
    private void Gather((double Least, double Above) bounds, ulong[] keys, int[] units, bool[] before)
    {
        Vector512<double> least = Vector512.Create(bounds.Least);
        Vector512<double> above = Vector512.Create(bounds.Above);
        int lanes = Vector512<double>.Count;
        int written = 0;
        for (int layer = 0; layer < table.Shape.Layers; layer++)
        {
            int start = (layer * table.Shape.UnitsPerLayer) + (component == Component.Head ? 0 : table.Shape.Heads);
            ReadOnlySpan<double> scores = Scores(layer);
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

    private ReadOnlySpan<double> Scores(int layer)
    {
        ReadOnlySpan<double> all = table.Fisher.Slice(layer * table.Shape.UnitsPerLayer, table.Shape.UnitsPerLayer);
        return component == Component.Head ? all[..table.Shape.Heads] : all[table.Shape.Heads..];
    }
}
