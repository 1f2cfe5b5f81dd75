namespace Floe.Effects.Formats.Gguf;

/// <summary>ggml's ternary types: values −1, 0 and 1 times one scale for 256 of them.</summary>
internal static class TernaryQuants
{
    private static ReadOnlySpan<byte> PowersOfThree => [1, 3, 9, 27, 81];

    /// <summary>
    /// 48 bytes of five ternary digits each, 4 bytes of four digits each, d. A byte times 3^n, kept to 8 bits, has digit n at the top:
    /// (byte·3) &gt;&gt; 8.
    /// </summary>
    public static void Tq1(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[54..], destination = destination[256..])
        {
            float d = Legacy.Half(source[52..]);
            Digits(source[..32], 5, d, destination);
            Digits(source.Slice(32, 16), 5, d, destination[160..]);
            Digits(source.Slice(48, 4), 4, d, destination[240..]);
        }
    }

    /// <summary>64 bytes of 2-bit values, d. Each 32 bytes hold 128 values, 32 of them a bit pair. w = d·(q − 1).</summary>
    public static void Tq2(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[66..], destination = destination[256..])
        {
            float d = Legacy.Half(source[64..]);
            for (int i = 0; i < 256; i++)
            {
                int q = (source[((i / 128) * 32) + (i % 32)] >> (2 * ((i % 128) / 32))) & 3;
                destination[i] = d * (q - 1);
            }
        }
    }

    private static void Digits(ReadOnlySpan<byte> packed, int digits, float d, Span<float> destination)
    {
        for (int n = 0; n < digits; n++)
        {
            for (int i = 0; i < packed.Length; i++)
            {
                byte shifted = unchecked((byte)(packed[i] * PowersOfThree[n]));
                destination[(n * packed.Length) + i] = d * (((shifted * 3) >> 8) - 1);
            }
        }
    }
}
