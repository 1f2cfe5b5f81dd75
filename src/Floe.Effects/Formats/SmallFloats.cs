using System.Numerics;
using System.Runtime.InteropServices;

namespace Floe.Effects.Formats;

/// <summary>Conversions between float32 and the narrow floating types of checkpoints.</summary>
internal static class SmallFloats
{
    /// <summary>IEEE half to single, exact.</summary>
    /// <param name="source">Little-endian halves.</param>
    /// <param name="destination">As many singles.</param>
    public static void HalfToSingle(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(source);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (float)halves[i];
        }
    }

    /// <summary>bfloat16 to single, exact: the sixteen bits are the upper half of the result.</summary>
    /// <param name="source">Little-endian bfloat16 values.</param>
    /// <param name="destination">As many singles.</param>
    public static void BrainToSingle(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ReadOnlySpan<ushort> values = MemoryMarshal.Cast<byte, ushort>(source);
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        int i = 0;
        for (; i <= bits.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(values[i..]), out Vector<uint> low, out Vector<uint> high);
            Vector.ShiftLeft(low, 16).CopyTo(bits[i..]);
            Vector.ShiftLeft(high, 16).CopyTo(bits[(i + Vector<uint>.Count)..]);
        }

        for (; i < bits.Length; i++)
        {
            bits[i] = (uint)values[i] << 16;
        }
    }

    /// <summary>Single to bfloat16, rounded to nearest, ties to even; NaN stays NaN.</summary>
    /// <param name="source">Singles.</param>
    /// <param name="destination">As many little-endian bfloat16 values.</param>
    public static void SingleToBrain(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(source[i]);
            destination[i] = float.IsNaN(source[i]) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    /// <summary>8-bit float with 4 exponent bits (bias 7) and no infinities: 0x7F and 0xFF are NaN.</summary>
    public static float E4M3(byte bits)
    {
        int exponent = (bits >> 3) & 0xF, mantissa = bits & 7;
        float magnitude = (bits & 0x7F) == 0x7F ? float.NaN
            : exponent == 0 ? MathF.ScaleB(mantissa, -9)
            : MathF.ScaleB(8 + mantissa, exponent - 10);
        return (bits & 0x80) == 0 ? magnitude : -magnitude;
    }

    /// <summary>2^(bits − 127); 0xFF is NaN.</summary>
    public static float E8M0(byte bits) => bits == 0xFF ? float.NaN : MathF.ScaleB(1f, bits - 127);
}
