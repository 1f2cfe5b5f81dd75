using System.Buffers.Binary;

namespace Floe.Effects.Formats.Gguf;

/// <summary>
/// ggml's K types: super-blocks of 256 values, cut into sub-blocks whose scales are quantised too (gguf.quants and ggml's C code give the
/// same values). Order of float32 operations: d·scale, then ·q, then − dmin·min; no fused multiply-add.
/// </summary>
internal static class KQuants
{
    private const int Values = 256;

    /// <summary>16 scale bytes (low nibble scale, high nibble min), 64 bytes of 2-bit values, d, dmin.</summary>
    public static void Q2(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[84..], destination = destination[Values..])
        {
            ReadOnlySpan<byte> scales = source[..16], quants = source.Slice(16, 64);
            float d = Legacy.Half(source[80..]), dmin = Legacy.Half(source[82..]);
            for (int sub = 0; sub < 16; sub++)
            {
                float scale = d * (scales[sub] & 0xF), min = dmin * (scales[sub] >> 4);
                (int start, int shift) = Place(sub);
                for (int i = 0; i < 16; i++)
                {
                    destination[(sub * 16) + i] = (scale * ((quants[start + i] >> shift) & 3)) - min;
                }
            }
        }
    }

    /// <summary>32 bytes of third bits, 64 bytes of 2-bit values, 12 bytes of sixteen 6-bit scales, d. w = d·(s − 32)·(q − 4).</summary>
    public static void Q3(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[110..], destination = destination[Values..])
        {
            ReadOnlySpan<byte> thirdBits = source[..32], quants = source.Slice(32, 64), scales = source.Slice(96, 12);
            float d = Legacy.Half(source[108..]);
            for (int sub = 0; sub < 16; sub++)
            {
                int low = (scales[sub % 8] >> (4 * (sub / 8))) & 0xF;
                int high = (scales[8 + (sub % 4)] >> (2 * (sub / 4))) & 3;
                float scale = d * ((low | (high << 4)) - 32);
                (int start, int shift) = Place(sub);
                for (int i = 0; i < 16; i++)
                {
                    int third = (thirdBits[((sub % 2) * 16) + i] >> (sub / 2)) & 1;
                    destination[(sub * 16) + i] = scale * (((quants[start + i] >> shift) & 3) - (third == 0 ? 4 : 0));
                }
            }
        }
    }

    /// <summary>d, dmin, 12 bytes of eight 6-bit scales and mins, 128 bytes of nibbles.</summary>
    public static void Q4(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[144..], destination = destination[Values..])
        {
            ReadOnlySpan<byte> quants = source.Slice(16, 128);
            for (int sub = 0; sub < 8; sub++)
            {
                (float scale, float min) = ScaleAndMin(source, sub);
                int start = (sub / 2) * 32, shift = (sub % 2) * 4;
                for (int i = 0; i < 32; i++)
                {
                    destination[(sub * 32) + i] = (scale * ((quants[start + i] >> shift) & 0xF)) - min;
                }
            }
        }
    }

    /// <summary>As <see cref="Q4"/>, with 32 bytes of fifth bits before the nibbles.</summary>
    public static void Q5(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[176..], destination = destination[Values..])
        {
            ReadOnlySpan<byte> fifthBits = source.Slice(16, 32), quants = source.Slice(48, 128);
            for (int sub = 0; sub < 8; sub++)
            {
                (float scale, float min) = ScaleAndMin(source, sub);
                int start = (sub / 2) * 32, shift = (sub % 2) * 4;
                for (int i = 0; i < 32; i++)
                {
                    int q = ((quants[start + i] >> shift) & 0xF) | (((fifthBits[i] >> sub) & 1) << 4);
                    destination[(sub * 32) + i] = (scale * q) - min;
                }
            }
        }
    }

    /// <summary>128 bytes of low nibbles, 64 bytes of upper bit pairs, 16 signed scales, d. w = d·s·(q − 32).</summary>
    public static void Q6(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[210..], destination = destination[Values..])
        {
            ReadOnlySpan<byte> low = source[..128], high = source.Slice(128, 64), scales = source.Slice(192, 16);
            float d = Legacy.Half(source[208..]);
            for (int sub = 0; sub < 16; sub++)
            {
                float scale = d * (sbyte)scales[sub];
                int half = sub / 8, quarter = (sub % 8) / 2, offset = (sub % 2) * 16;
                int lowStart = (half * 64) + ((quarter % 2) * 32) + offset, highStart = (half * 32) + offset;
                for (int i = 0; i < 16; i++)
                {
                    int q = ((low[lowStart + i] >> (4 * (quarter / 2))) & 0xF) | (((high[highStart + i] >> (2 * quarter)) & 3) << 4);
                    destination[(sub * 16) + i] = scale * (q - 32);
                }
            }
        }
    }

    /// <summary>A float32 d, 256 signed bytes, 16 sums that are not needed. w = d·q.</summary>
    public static void Q8(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[292..], destination = destination[Values..])
        {
            float d = BinaryPrimitives.ReadSingleLittleEndian(source);
            for (int i = 0; i < Values; i++)
            {
                destination[i] = d * (sbyte)source[4 + i];
            }
        }
    }

    /// <summary>Where the 2-bit values of a sub-block of 16 lie: each 32 bytes hold 128 values, 32 of them a bit pair.</summary>
    private static (int Start, int Shift) Place(int sub) => (((sub / 8) * 32) + ((sub % 2) * 16), 2 * ((sub % 8) / 2));

    private static (float Scale, float Min) ScaleAndMin(ReadOnlySpan<byte> block, int sub)
    {
        ReadOnlySpan<byte> packed = block.Slice(4, 12);
        (int scale, int min) = sub < 4
            ? (packed[sub] & 63, packed[sub + 4] & 63)
            : ((packed[sub + 4] & 0xF) | ((packed[sub - 4] >> 6) << 4), (packed[sub + 4] >> 4) | ((packed[sub] >> 6) << 4));
        return (Legacy.Half(block) * scale, Legacy.Half(block[2..]) * min);
    }
}
