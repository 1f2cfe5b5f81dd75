using System.Buffers.Binary;

namespace Floe.Effects.Formats.Gguf;

/// <summary>ggml's 4-bit types whose nibble is an index into a table of 16 values: IQ4_NL, IQ4_XS, MXFP4.</summary>
internal static class TableQuants
{
    private static ReadOnlySpan<sbyte> NonLinear => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>Twice the values of E2M1: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives.</summary>
    private static ReadOnlySpan<sbyte> DoubledE2M1 => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>d, 16 bytes of nibbles; value j low, value j + 16 high. w = d·table[q].</summary>
    public static void Iq4Nl(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[18..], destination = destination[32..])
        {
            LookUp(source.Slice(2, 16), NonLinear, Legacy.Half(source), destination);
        }
    }

    /// <summary>d, 16 bits of upper scale pairs, 4 bytes of lower scale nibbles, 128 bytes of nibbles. w = d·(s − 32)·table[q].</summary>
    public static void Iq4Xs(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[136..], destination = destination[256..])
        {
            float d = Legacy.Half(source);
            int upper = BinaryPrimitives.ReadUInt16LittleEndian(source[2..]);
            for (int sub = 0; sub < 8; sub++)
            {
                int scale = ((source[4 + (sub / 2)] >> (4 * (sub % 2))) & 0xF) | (((upper >> (2 * sub)) & 3) << 4);
                LookUp(source.Slice(8 + (sub * 16), 16), NonLinear, d * (scale - 32), destination[(sub * 32)..]);
            }
        }
    }

    /// <summary>One power of two (E8M0), 16 bytes of nibbles (E2M1). The table is doubled, so the scale is halved: 2^(e − 128).</summary>
    public static void MxFp4(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[17..], destination = destination[32..])
        {
            LookUp(source.Slice(1, 16), DoubledE2M1, MathF.ScaleB(1f, source[0] - 128), destination);
        }
    }

    private static void LookUp(ReadOnlySpan<byte> nibbles, ReadOnlySpan<sbyte> table, float scale, Span<float> destination)
    {
        for (int i = 0; i < nibbles.Length; i++)
        {
            destination[i] = scale * table[nibbles[i] & 0xF];
            destination[i + nibbles.Length] = scale * table[nibbles[i] >> 4];
        }
    }
}
