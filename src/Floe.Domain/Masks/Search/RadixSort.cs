using System.Buffers;
using System.Numerics;

namespace Floe.Domain.Masks.Search;

/// <summary>
/// The stable ascending order of 64-bit keys. The leading bits of what a key exceeds the least one by share one number with the key's
/// position; two or three passes put these numbers in order, and keys that agree in those bits are then compared among themselves. Many
/// sequences of one length can be ordered with its two buffers, which are borrowed where they are short.
/// </summary>
internal sealed class RadixSort(int length) : IDisposable
{
    private const int PositionBits = 32;
    private const int DigitBits = 11;
    private const int Radix = 1 << DigitBits;
    private const int ShortRun = 24;

    // 22 leading bits tell the keys of short sequences apart, but for a few.
    private const int ShortSequence = 1 << 20;

    private readonly int passes = length < ShortSequence ? 2 : 3;
    private readonly int[] counts = new int[(length < ShortSequence ? 2 : 3) * Radix];
    private ulong[] packed = Buffer(length);
    private ulong[] buffer = Buffer(length);

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        if (length < ShortSequence)
        {
            ArrayPool<ulong>.Shared.Return(packed);
            ArrayPool<ulong>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes the positions of the keys in ascending order, equal keys by position.</summary>
    /// <typeparam name="TKeys">Where keys come from.</typeparam>
    /// <param name="keys">The keys.</param>
    /// <param name="order">As long as the sequence.</param>
    public void Order<TKeys>(TKeys keys, Span<int> order)
        where TKeys : struct, IKeys
    {
        int dropped = Pack(keys);
        for (int pass = 0; pass < passes; pass++)
        {
            Span<int> starts = counts.AsSpan(pass * Radix, Radix);
            if (!starts.Contains(length))
            {
                Scatter(starts, PositionBits + (pass * DigitBits));
                (packed, buffer) = (buffer, packed);
            }
        }

        for (int at = 0; at < order.Length; at++)
        {
            order[at] = (int)packed[at];
        }

        if (dropped > 0)
        {
            OrderRuns(keys, order);
        }
    }

    // A pool rounds up to a power of two, which is too much for the table of a large model.
    private static ulong[] Buffer(int length) => length < ShortSequence ? ArrayPool<ulong>.Shared.Rent(length) : new ulong[length];

    // Leading bits above, position below; counts the digits of all passes. Answers how many bits of a key found no place.
    private int Pack<TKeys>(TKeys keys)
        where TKeys : struct, IKeys
    {
        (ulong least, ulong most) = (ulong.MaxValue, 0);
        for (int at = 0; at < length; at++)
        {
            ulong key = keys[at];
            (least, most) = (Math.Min(least, key), Math.Max(most, key));
        }

        int leadingBits = Math.Min(passes * DigitBits, 64 - PositionBits);
        int dropped = length == 0 ? 0 : Math.Max(0, 64 - leadingBits - BitOperations.LeadingZeroCount(most - least));
        counts.AsSpan().Clear();
        for (int at = 0; at < length; at++)
        {
            ulong leading = (keys[at] - least) >> dropped;
            packed[at] = (leading << PositionBits) | (uint)at;
            for (int pass = 0; pass < passes; pass++)
            {
                counts[(pass * Radix) + (int)(leading >> (pass * DigitBits) & (Radix - 1))]++;
            }
        }

        return dropped;
    }

    private void Scatter(Span<int> starts, int shift)
    {
        int next = 0;
        foreach (ref int start in starts)
        {
            (start, next) = (next, next + start);
        }

        foreach (ulong packed in packed.AsSpan(0, length))
        {
            buffer[starts[(int)(packed >> shift) & (Radix - 1)]++] = packed;
        }
    }

    private void OrderRuns<TKeys>(TKeys keys, Span<int> order)
        where TKeys : struct, IKeys
    {
        for (int begin = 0, end; begin < length; begin = end)
        {
            ulong leading = packed[begin] >> PositionBits;
            for (end = begin + 1; end < length && packed[end] >> PositionBits == leading; end++)
            {
            }

            if (end - begin > 1)
            {
                OrderRun(keys, order[begin..end]);
            }
        }
    }

    // Ascending positions at first.
    private static void OrderRun<TKeys>(TKeys keys, Span<int> run)
        where TKeys : struct, IKeys
    {
        if (run.Length > ShortRun)
        {
            run.Sort((a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
            return;
        }

        for (int at = 1; at < run.Length; at++)
        {
            int moved = run[at];
            int to = at;
            for (; to > 0 && keys[run[to - 1]] > keys[moved]; to--)
            {
                run[to] = run[to - 1];
            }

            run[to] = moved;
        }
    }
}
