namespace Floe.Effects.Formats;

/// <summary>What cosine and sine are multiplied by where a checkpoint does not say it (transformers' <c>modeling_rope_utils</c>).</summary>
internal static class RopeAttention
{
    /// <summary>YaRN: 0.1·m·ln s + 1, and 1 for s ≤ 1.</summary>
    /// <param name="factor">s.</param>
    /// <param name="scale">m.</param>
    public static double Yarn(double factor, double scale = 1) => factor <= 1 ? 1 : (0.1 * scale * Math.Log(factor)) + 1;

    /// <summary>LongRoPE: √(1 + ln s / ln n), and 1 for s ≤ 1.</summary>
    /// <param name="factor">s.</param>
    /// <param name="original">n, the original context.</param>
    public static double LongRope(double factor, int original) => factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original)));
}
