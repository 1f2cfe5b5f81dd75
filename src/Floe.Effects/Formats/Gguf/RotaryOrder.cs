namespace Floe.Effects.Formats.Gguf;

/// <summary>The two orders in which the rows of a head's rotary pairs are stored.</summary>
internal static class RotaryOrder
{
    /// <summary>Where a row of the half-split order (Hugging Face: h·d + p·d/2 + j) lies in the interleaved order (GGUF: h·d + 2j +
    /// p).</summary>
    /// <param name="row">Row in the half-split order.</param>
    /// <param name="headDim">d, even.</param>
    public static long InterleavedRow(long row, int headDim)
    {
        long within = row % headDim, half = headDim / 2;
        return row - within + (2 * (within % half)) + (within / half);
    }
}
