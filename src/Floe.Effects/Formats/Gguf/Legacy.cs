using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Floe.Effects.Formats.Gguf;

/// <summary>
/// ggml's blocks of 32 values with one scale: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 (gguf.quants and ggml's C code give the same values). Float32
/// arithmetic, each product rounded before the sum; no fused multiply-add.
/// </summary>
internal static class Legacy
{
    private const int Values = 32;

    /// <summary>d, then 16 bytes: value j is the low nibble of byte j, value j + 16 the high one. w = d·(q − 8).</summary>
    public static void Q4_0(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[18..], destination = destination[Values..])
        {
            float d = Half(source);
            Vector128<byte> packed = Vector128.Create(source.Slice(2, 16));
            Store(Low(packed) - Vector128.Create((byte)8), d, destination);
            Store(High(packed) - Vector128.Create((byte)8), d, destination[16..]);
        }
    }

    /// <summary>d, m, then nibbles as in <see cref="Q4_0"/>. w = d·q + m.</summary>
    public static void Q4_1(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[20..], destination = destination[Values..])
        {
            float d = Half(source), m = Half(source[2..]);
            Vector128<byte> packed = Vector128.Create(source.Slice(4, 16));
            Store(Low(packed), d, m, destination);
            Store(High(packed), d, m, destination[16..]);
        }
    }

    /// <summary>d, 32 fifth bits, nibbles. w = d·(q − 16).</summary>
    public static void Q5_0(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[22..], destination = destination[Values..])
        {
            float d = Half(source);
            uint fifth = BinaryPrimitives.ReadUInt32LittleEndian(source[2..]);
            Vector128<byte> packed = Vector128.Create(source.Slice(6, 16));
            Store((Low(packed) | FifthBits(fifth)) - Vector128.Create((byte)16), d, destination);
            Store((High(packed) | FifthBits(fifth >> 16)) - Vector128.Create((byte)16), d, destination[16..]);
        }
    }

    /// <summary>d, m, 32 fifth bits, nibbles. w = d·q + m.</summary>
    public static void Q5_1(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[24..], destination = destination[Values..])
        {
            float d = Half(source), m = Half(source[2..]);
            uint fifth = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
            Vector128<byte> packed = Vector128.Create(source.Slice(8, 16));
            Store(Low(packed) | FifthBits(fifth), d, m, destination);
            Store(High(packed) | FifthBits(fifth >> 16), d, m, destination[16..]);
        }
    }

    /// <summary>d, then 32 signed bytes. w = d·q.</summary>
    public static void Q8_0(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; !destination.IsEmpty; source = source[34..], destination = destination[Values..])
        {
            float d = Half(source);
            Store(Vector128.Create(source.Slice(2, 16)), d, destination);
            Store(Vector128.Create(source.Slice(18, 16)), d, destination[16..]);
        }
    }

    /// <summary>A little-endian IEEE half as a single.</summary>
    public static float Half(ReadOnlySpan<byte> source) => (float)BinaryPrimitives.ReadHalfLittleEndian(source);

    private static Vector128<byte> Low(Vector128<byte> packed) => packed & Vector128.Create((byte)0x0F);

    private static Vector128<byte> High(Vector128<byte> packed) => Vector128.ShiftRightLogical(packed, 4);

    /// <summary>Bit i of the lower sixteen as 16 in byte i, else 0.</summary>
    private static Vector128<byte> FifthBits(uint bits)
    {
        Vector128<byte> halves = Vector128.Create(
            Vector64.Create((byte)bits), Vector64.Create((byte)(bits >> 8)));
        Vector128<byte> place = Vector128.Create((byte)1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128);
        return Vector128.Equals(halves & place, place) & Vector128.Create((byte)16);
    }

    /// <summary>Sixteen signed bytes times d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<byte> quants, float d, Span<float> destination)
    {
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(quants.AsSByte());
        StoreScaled(low, d, destination);
        StoreScaled(high, d, destination[8..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreScaled(Vector128<short> quants, float d, Span<float> destination)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(quants);
        (Vector128.ConvertToSingle(low) * d).CopyTo(destination);
        (Vector128.ConvertToSingle(high) * d).CopyTo(destination[4..]);
    }

    /// <summary>Sixteen bytes times d, then plus m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<byte> quants, float d, float m, Span<float> destination)
    {
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(quants.AsSByte());
        StoreShifted(low, d, m, destination);
        StoreShifted(high, d, m, destination[8..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreShifted(Vector128<short> quants, float d, float m, Span<float> destination)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(quants);
        Vector128<float> offset = Vector128.Create(m);
        ((Vector128.ConvertToSingle(low) * d) + offset).CopyTo(destination);
        ((Vector128.ConvertToSingle(high) * d) + offset).CopyTo(destination[4..]);
    }
}
