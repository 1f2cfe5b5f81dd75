using Floe.Effects.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>
/// Rotary position embedding in the half-split convention: with x1, x2 the halves of a head, x ↦ x·cos + [−x2, x1]·sin at angle p·ω_j.
/// </summary>
/// <remarks>Source: RoFormer (arXiv 2104.09864); scalings as transformers' <c>modeling_rope_utils</c> defines them.</remarks>
internal static class Rotary
{
    /// <summary>ω_j = θ^(−2j/d), j = 0 … d/2−1, scaled as the checkpoint says.</summary>
    /// <param name="config">The decoder; d is its head width.</param>
    /// <returns>d/2 frequencies in radians a position.</returns>
    public static double[] InverseFrequencies(DecoderConfig config) =>
        [.. Enumerable.Range(0, config.HeadDim / 2).Select(j => Scale(config.Rope, j, Math.Pow(config.RopeTheta, -2.0 * j / config.HeadDim)))];

    /// <summary>Cosine and signed sine of every position, laid out for <see cref="Apply"/>.</summary>
    /// <param name="frequencies">Of <see cref="InverseFrequencies"/>, length d/2.</param>
    /// <param name="positions">T positions.</param>
    /// <returns>Two row-major [T, d] arrays: (cos, cos) and (−sin, sin). Angles are computed in double.</returns>
    public static (float[] Cos, float[] SignedSin) Tables(ReadOnlySpan<double> frequencies, ReadOnlySpan<int> positions)
    {
        int half = frequencies.Length;
        float[] cos = new float[positions.Length * 2 * half];
        float[] sin = new float[cos.Length];
        for (int t = 0; t < positions.Length; t++)
        {
            int row = t * 2 * half;
            for (int j = 0; j < half; j++)
            {
                (double s, double c) = Math.SinCos(positions[t] * frequencies[j]);
                cos[row + j] = cos[row + half + j] = (float)c;
                sin[row + half + j] = (float)s;
                sin[row + j] = -(float)s;
            }
        }

        return (cos, sin);
    }

    /// <summary>Rotates heads.</summary>
    /// <param name="x">[T, heads, d].</param>
    /// <param name="cos">[T, 1, d].</param>
    /// <param name="signedSin">[T, 1, d], negative in the first half.</param>
    /// <returns>[T, heads, d].</returns>
    public static Tensor Apply(Tensor x, Tensor cos, Tensor signedSin)
    {
        // Half a turn swaps the halves, and so does its backward.
        Tensor swapped = x.roll(x.size(2) / 2, 2);
        return x.mul(cos).addcmul(swapped, signedSin, 1f);
    }

    private static double Scale(RopeScaling scaling, int j, double frequency) => scaling switch
    {
        RopeScaling.Linear linear => frequency / linear.Factor,
        RopeScaling.Llama3 llama3 => Llama3(llama3, frequency),
        RopeScaling.Divided divided => frequency / divided.Divisors[j],
        _ => frequency,
    };

    private static double Llama3(RopeScaling.Llama3 s, double frequency)
    {
        double turns = s.OriginalPositions * frequency / (2.0 * Math.PI);
        double keep = Math.Clamp((turns - s.LowFrequency) / (s.HighFrequency - s.LowFrequency), 0.0, 1.0);
        return frequency * (keep + ((1.0 - keep) / s.Factor));
    }
}
