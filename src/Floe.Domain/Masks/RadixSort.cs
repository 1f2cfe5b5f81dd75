namespace Floe.Domain.Masks;

/// <summary>
/// Stable ascending sort of 64-bit keys, least significant byte first: linear in the number of keys. Holds its buffers, so that many sequences of one
/// length are ordered without allocating.
/// </summary>
internal sealed class RadixSort(int length)
{
    private const int Radix = 256;
    private const int Passes = 8;

    private readonly ulong[] _keyBuffer = new ulong[length];
    private readonly int[] _indexBuffer = new int[length];
    private readonly int[] _counts = new int[Passes * Radix];

    /// <summary>The keys to be ordered; overwritten by <see cref="Order"/>.</summary>
    public ulong[] Keys { get; } = new ulong[length];

    /// <summary>Writes the positions of the keys in ascending order, equal keys by position.</summary>
    /// <param name="order">As long as the keys.</param>
    public void Order(int[] order)
    {
        for (int at = 0; at < order.Length; at++)
        {
            order[at] = at;
        }

        Count();
        (ulong[] keysFrom, ulong[] keysTo) = (Keys, _keyBuffer);
        (int[] from, int[] to) = (order, _indexBuffer);
        for (int pass = 0; pass < Passes; pass++)
        {
            Span<int> starts = _counts.AsSpan(pass * Radix, Radix);
            if (starts.Contains(length))
            {
                continue;
            }

            int next = 0;
            foreach (ref int start in starts)
            {
                (start, next) = (next, next + start);
            }

            Scatter(keysFrom, from, keysTo, to, starts, 8 * pass);
            (keysFrom, keysTo) = (keysTo, keysFrom);
            (from, to) = (to, from);
        }

        if (from != order)
        {
            from.CopyTo(order, 0);
        }
    }

    private void Count()
    {
        _counts.AsSpan().Clear();
        foreach (ulong key in Keys)
        {
            for (int pass = 0; pass < Passes; pass++)
            {
                _counts[(pass * Radix) + (int)((key >> (8 * pass)) & 0xFF)]++;
            }
        }
    }

    private static void Scatter(ulong[] keysFrom, int[] from, ulong[] keysTo, int[] to, Span<int> starts, int shift)
    {
        for (int at = 0; at < keysFrom.Length; at++)
        {
            ulong key = keysFrom[at];
            int target = starts[(int)((key >> shift) & 0xFF)]++;
            keysTo[target] = key;
            to[target] = from[at];
        }
    }
}
