using Floe.Effects.Formats;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>
/// Rotary position embedding in the half-split convention: with x1, x2 the halves of a head, x ↦ x·cos + [−x2, x1]·sin at angle p·ω_j.
/// </summary>
/// <remarks>Source: RoFormer (arXiv 2104.09864); scalings as transformers' <c>modeling_rope_utils</c> defines them.</remarks>
internal sealed class Rotary
{
    private readonly double[] shorter;
    private readonly double[] longer;
    private readonly double attention;

    private Rotary(double[] shorter, double[] longer, int longFrom, double attention) =>
        (this.shorter, this.longer, LongFrom, this.attention) = (shorter, longer, longFrom, attention);

    /// <summary>Tokens from which a sequence turns by other frequencies than a shorter one; more than any sequence has where there are
    /// none.</summary>
    public int LongFrom { get; }

    /// <summary>The frequencies of a decoder, ω_j = θ^(−2j/d), j = 0 … d/2−1, scaled as the checkpoint says.</summary>
    /// <param name="config">The decoder; d is its head width.</param>
    public static Rotary Of(DecoderConfig config)
    {
        double[] plain = [.. Enumerable.Range(0, config.HeadDim / 2).Select(j => Math.Pow(config.RopeTheta, -2.0 * j / config.HeadDim))];
        double[] scaled = [.. plain.Select((frequency, j) => Scale(config, j, frequency, beyond: false))];
        return config.Rope switch
        {
            RopeScaling.LongRope rope => new Rotary(
                scaled, [
                    .. plain.Select((frequency, j) => Scale(config, j, frequency, beyond: true))], rope.OriginalPositions + 1,
                        rope.Attention),
            RopeScaling.Yarn yarn => new Rotary(scaled, scaled, int.MaxValue, yarn.Attention),
            _ => new Rotary(scaled, scaled, int.MaxValue, 1.0),
        };
    }

    /// <summary>Cosine and signed sine of every token, laid out for <see cref="Apply"/>.</summary>
    /// <param name="batch">T tokens; the frequencies of a sequence depend on where it ends.</param>
    /// <param name="lead">Virtual tokens that each sequence goes on from.</param>
    /// <returns>Two row-major [T, d] arrays: (cos, cos) and (−sin, sin). Angles are computed in double.</returns>
    public (float[] Cos, float[] SignedSin) Tables(TokenBatch batch, int lead = 0)
    {
        int half = shorter.Length, row = 0;
        float[] cos = new float[batch.Tokens * 2 * half];
        float[] sin = new float[cos.Length];
        for (int b = 0; b < batch.Sequences; b++)
        {
            int start = lead + batch.Starts.Span[b], end = start + batch.Lengths.Span[b];
            double[] frequencies = end < LongFrom ? shorter : longer;
            for (int position = start; position < end; position++, row += 2 * half)
            {
                for (int j = 0; j < half; j++)
                {
                    (double s, double c) = Math.SinCos(position * frequencies[j]);
                    cos[row + j] = cos[row + half + j] = (float)(attention * c);
                    sin[row + half + j] = (float)(attention * s);
                    sin[row + j] = -(float)(attention * s);
                }
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

    private static double Scale(DecoderConfig config, int j, double frequency, bool beyond) => config.Rope switch
    {
        RopeScaling.Linear linear => frequency / linear.Factor,
        RopeScaling.Llama3 llama3 => Llama3(llama3, frequency),
        RopeScaling.Divided divided => frequency / divided.Divisors[j],
        RopeScaling.Yarn yarn => Yarn(yarn, config, j, frequency),
        RopeScaling.LongRope rope => frequency / (beyond ? rope.Long : rope.Short)[j],
        _ => frequency,
    };

    private static double Llama3(RopeScaling.Llama3 s, double frequency)
    {
        double turns = s.OriginalPositions * frequency / (2.0 * Math.PI);
        double keep = Math.Clamp((turns - s.LowFrequency) / (s.HighFrequency - s.LowFrequency), 0.0, 1.0);
        return frequency * (keep + ((1.0 - keep) / s.Factor));
    }

    private static double Yarn(RopeScaling.Yarn s, DecoderConfig config, int j, double frequency)
    {
        double low = Pair(s.FastTurns), high = Pair(s.SlowTurns);
        (low, high) = s.Truncate ? (Math.Floor(low), Math.Ceiling(high)) : (low, high);
        (low, high) = (Math.Max(low, 0), Math.Min(high, config.HeadDim - 1));
        double divided = Math.Clamp((j - low) / Math.Max(high - low, 0.001), 0.0, 1.0);
        return (frequency * (1.0 - divided)) + (frequency / s.Factor * divided);

        // The pair, as a real number, that turns so often within the original context.
        double Pair(double turns) =>
            config.HeadDim * Math.Log(s.OriginalPositions / (turns * 2.0 * Math.PI)) / (2.0 * Math.Log(config.RopeTheta));
    }
}
