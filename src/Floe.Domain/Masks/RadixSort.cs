namespace Floe.Domain.Masks;

/// <summary>Stable ascending sort of 64-bit keys, least significant byte first: linear in the number of keys.</summary>
internal static class RadixSort
{
    private const int Radix = 256;
    private const int Passes = 8;

    /// <summary>The positions of the keys in ascending order, equal keys by position. The keys are left in some order.</summary>
    /// <param name="keys">The keys; overwritten.</param>
    /// <param name="keyBuffer">As long as the keys; overwritten.</param>
    /// <param name="indexBuffer">As long as the keys; may be exchanged for another array.</param>
    public static int[] Order(ulong[] keys, ulong[] keyBuffer, ref int[] indexBuffer)
    {
        int[] from = new int[keys.Length];
        for (int at = 0; at < from.Length; at++)
        {
            from[at] = at;
        }

        int[] counts = Histograms(keys);
        ulong[] keysFrom = keys;
        ulong[] keysTo = keyBuffer;
        int[] to = indexBuffer;
        for (int pass = 0; pass < Passes; pass++)
        {
            Span<int> starts = counts.AsSpan(pass * Radix, Radix);
            if (starts.Contains(keys.Length))
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

        indexBuffer = to;
        return from;
    }

    private static int[] Histograms(ulong[] keys)
    {
        int[] counts = new int[Passes * Radix];
        foreach (ulong key in keys)
        {
            for (int pass = 0; pass < Passes; pass++)
            {
                counts[(pass * Radix) + (int)((key >> (8 * pass)) & 0xFF)]++;
            }
        }

        return counts;
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
