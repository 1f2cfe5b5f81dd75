namespace Floe.Domain;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014) as a value: the same numbers on every platform.
/// </summary>
/// <param name="State">The whole state; a seed.</param>
internal readonly record struct SplitMix64(ulong State)
{
    /// <summary>The next 64 bits, and the generator after them.</summary>
    public (ulong Bits, SplitMix64 Next) NextBits()
    {
        ulong state = unchecked(State + 0x9E37_79B9_7F4A_7C15UL);
        ulong z = state;
        z = unchecked((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EBUL);
        return (z ^ (z >> 31), new SplitMix64(state));
    }

    /// <summary>A whole number from 0 to <paramref name="bound"/> − 1, without bias (draws above the largest multiple are
    /// dropped).</summary>
    /// <param name="bound">At least 1.</param>
    public (int Value, SplitMix64 Next) NextBelow(int bound)
    {
        ulong range = (ulong)bound;
        ulong reject = unchecked(0UL - range) % range;
        SplitMix64 generator = this;
        ulong bits;
        do
        {
            (bits, generator) = generator.NextBits();
        }
        while (bits < reject);

        return ((int)(bits % range), generator);
    }

    /// <summary>The numbers 0 … <paramref name="count"/> − 1 in random order (Fisher-Yates, from the last place down).</summary>
    public (int[] Order, SplitMix64 Next) Permutation(int count)
    {
        int[] order = new int[count];
        for (int at = 0; at < count; at++)
        {
            order[at] = at;
        }

        SplitMix64 generator = this;
        for (int last = count - 1; last > 0; last--)
        {
            (int other, generator) = generator.NextBelow(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return (order, generator);
    }
}
