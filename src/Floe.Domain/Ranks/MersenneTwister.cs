namespace Floe.Domain.Ranks;

/// <summary>
/// MT19937 (Matsumoto, Nishimura, ACM Trans. Model. Comput. Simul. 8, 1998), seeded by one 32-bit word, with 53-bit uniforms: the numbers
/// of NumPy's RandomState, from which Optuna 3.1.0 draws.
/// </summary>
internal sealed class MersenneTwister
{
    private const int Words = 624;
    private const int Middle = 397;

    private readonly uint[] state = new uint[Words];
    private int next = Words;

    /// <summary>Starts from a seed.</summary>
    public MersenneTwister(uint seed)
    {
        state[0] = seed;
        for (uint i = 1; i < Words; i++)
        {
            state[i] = unchecked((1_812_433_253U * (state[i - 1] ^ (state[i - 1] >> 30))) + i);
        }
    }

    /// <summary>A uniform number in [0, 1).</summary>
    public double NextUniform()
    {
        uint high = NextWord() >> 5, low = NextWord() >> 6;
        return ((high * 67_108_864.0) + low) / 9_007_199_254_740_992.0;
    }

    private uint NextWord()
    {
        if (next == Words)
        {
            Twist();
            next = 0;
        }

        uint y = state[next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680U;
        y ^= (y << 15) & 0xefc6_0000U;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (int i = 0; i < Words; i++)
        {
            uint y = (state[i] & 0x8000_0000U) | (state[(i + 1) % Words] & 0x7fff_ffffU);
            state[i] = state[(i + Middle) % Words] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908_b0dfU);
        }
    }
}
