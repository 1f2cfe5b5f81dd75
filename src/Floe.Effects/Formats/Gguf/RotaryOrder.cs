namespace Floe.Effects.Formats.Gguf;

/// <summary>The two orders in which the rows of a head's rotary pairs are stored.</summary>
internal static class RotaryOrder
{
    /// <summary>Where an interleaved row (GGUF: h·d + 2j + p) lies in the half-split order (Hugging Face: h·d + p·d/2 + j).</summary>
    /// <param name="row">Row in the interleaved order.</param>
    /// <param name="headDim">d, even.</param>
    public static int HalfSplitRow(int row, int headDim)
    {
        int within = row % headDim;
        return row - within + (within % 2 * (headDim / 2)) + (within / 2);
    }
}
