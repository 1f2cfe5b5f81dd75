using System.Numerics;

namespace Floe.Domain.Scores;

/// <summary>
/// A sum of doubles without rounding: a fixed-point integer that covers the whole range of the type, 2^-1074 … 2^1024, in 32-bit digits.
/// </summary>
/// <remarks>
/// Because nothing is rounded while adding, the result does not depend on order or grouping. <see cref="Round"/> rounds once, to nearest,
/// ties to even. (After R. M. Neal, Fast exact summation using small and large superaccumulators, 2015.)
/// </remarks>
public sealed class ExactSum
{
    private const int DigitBits = 32;
    private const int Digits = 72;
    private const int LowestExponent = -1074;
    private const int AddsBeforeCarry = 1 << 29;

    private readonly long[] digits = new long[Digits];
    private int pending;

    /// <summary>The correctly rounded sum of a column.</summary>
    public static double Of(ReadOnlySpan<double> values)
    {
        ExactSum sum = new();
        foreach (double value in values)
        {
            sum.Add(value);
        }

        return sum.Round();
    }

    /// <summary>Sets the sum back to zero.</summary>
    public void Clear()
    {
        Array.Clear(digits);
        pending = 0;
    }

    /// <summary>Adds a finite value, exactly.</summary>
    public void Add(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)(bits >> 52) & 0x7FF;
        long mantissa = bits & 0xF_FFFF_FFFF_FFFFL;
        int shift = 0;
        if (biased != 0)
        {
            mantissa |= 1L << 52;
            shift = biased - 1;
        }

        int digit = shift / DigitBits;
        int offset = shift % DigitBits;
        ulong low = (ulong)mantissa << offset;
        long high = offset == 0 ? 0 : (long)((ulong)mantissa >> (64 - offset));
        if (bits >= 0)
        {
            digits[digit] += (long)(low & 0xFFFF_FFFF);
            digits[digit + 1] += (long)(low >> DigitBits);
            digits[digit + 2] += high;
        }
        else
        {
            digits[digit] -= (long)(low & 0xFFFF_FFFF);
            digits[digit + 1] -= (long)(low >> DigitBits);
            digits[digit + 2] -= high;
        }

        if (++pending == AddsBeforeCarry)
        {
            Carry();
        }
    }

    /// <summary>Subtracts a finite value, exactly.</summary>
    public void Subtract(double value) => Add(-value);

    /// <summary>A total less the values whose flag is <paramref name="taken"/>.</summary>
    internal static ExactSum Rest(double total, ReadOnlySpan<double> values, ReadOnlySpan<bool> flags, bool taken)
    {
        ExactSum rest = new();
        rest.Add(total);
        for (int at = 0; at < values.Length; at++)
        {
            if (flags[at] == taken)
            {
                rest.Subtract(values[at]);
            }
        }

        return rest;
    }

    /// <summary>Adds <paramref name="count"/> times a finite value, exactly.</summary>
    public void AddMultiple(double value, int count)
    {
        ulong left = (uint)Math.Abs((long)count);
        double signed = count < 0 ? -value : value;
        for (int bit = 0; left != 0; bit++, left >>= 1)
        {
            if ((left & 1) != 0)
            {
                AddShifted(signed, bit);
            }
        }
    }

    /// <summary>−1, 0 or 1: the sign of the exact sum.</summary>
    public int Sign()
    {
        Carry();
        for (int i = Digits - 1; i >= 0; i--)
        {
            if (digits[i] != 0)
            {
                return Math.Sign(digits[i]);
            }
        }

        return 0;
    }

    /// <summary>The nearest double, ties to even; infinite when the sum is beyond the type.</summary>
    public double Round()
    {
        int sign = Sign();
        if (sign == 0)
        {
            return 0;
        }

        if (sign < 0)
        {
            Negate();
            double magnitude = RoundMagnitude();
            Negate();
            return -magnitude;
        }

        return RoundMagnitude();
    }

    /// <summary>The sum divided by a count; a sum of <paramref name="count"/> equal values gives that value. The sum itself is left
    /// changed.</summary>
    public double DrainMean(int count)
    {
        double mean = Round() / count;
        if (!double.IsFinite(mean))
        {
            return mean;
        }

        AddMultiple(mean, -count);
        return mean + (Round() / count);
    }

    /// <summary>
    /// Writes the canonical expansion of the sum: each part is the correctly rounded remainder of the parts before it. Equal sums give
    /// equal parts whatever they were added from.
    /// </summary>
    /// <returns>The number of parts written; 0 for a sum of zero. The sum itself is left at zero when every part fitted.</returns>
    public int Drain(Span<double> parts)
    {
        int count = 0;
        while (count < parts.Length && Round() is var part && part != 0)
        {
            parts[count++] = part;
            if (double.IsInfinity(part))
            {
                return count;
            }

            Subtract(part);
        }

        return count;
    }

    private void AddShifted(double value, int bit)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)(bits >> 52) & 0x7FF;
        long mantissa = bits & 0xF_FFFF_FFFF_FFFFL;
        int shift = bit;
        if (biased != 0)
        {
            mantissa |= 1L << 52;
            shift += biased - 1;
        }

        int digit = shift / DigitBits;
        UInt128 wide = (UInt128)(ulong)mantissa << (shift % DigitBits);
        int sign = bits < 0 ? -1 : 1;
        digits[digit] += sign * (long)(uint)(wide & 0xFFFF_FFFF);
        digits[digit + 1] += sign * (long)(uint)((wide >> DigitBits) & 0xFFFF_FFFF);
        digits[digit + 2] += sign * (long)(ulong)(wide >> (2 * DigitBits));
        if (++pending == AddsBeforeCarry)
        {
            Carry();
        }
    }

    // After this every digit below the top one lies in [0, 2^32) for a sum >= 0; the sign of a negative sum sits in its highest nonzero
    // digit.
    private void Carry()
    {
        if (pending == 0)
        {
            return;
        }

        long carry = 0;
        for (int i = 0; i < Digits - 1; i++)
        {
            long digit = digits[i] + carry;
            carry = digit >> DigitBits;
            digits[i] = digit & 0xFFFF_FFFF;
        }

        digits[Digits - 1] += carry;
        pending = 0;
    }

    private void Negate()
    {
        for (int i = 0; i < Digits; i++)
        {
            digits[i] = -digits[i];
        }

        pending = 1;
        Carry();
    }

    private double RoundMagnitude()
    {
        int top = Digits - 1;
        while (digits[top] == 0)
        {
            top--;
        }

        int topBit = (top * DigitBits) + BitOperations.Log2((ulong)digits[top]);
        int lowBit = Math.Max(topBit - 52, 0);
        ulong mantissa = Bits(lowBit, 53);
        if (lowBit > 0 && Bits(lowBit - 1, 1) == 1 && ((mantissa & 1) == 1 || AnyBelow(lowBit - 1)))
        {
            mantissa++;
        }

        return Math.ScaleB(mantissa, lowBit + LowestExponent);
    }

    private ulong Bits(int from, int count)
    {
        int digit = from / DigitBits;
        UInt128 window = (UInt128)(ulong)digits[digit]
            | ((UInt128)(digit + 1 < Digits ? (ulong)digits[digit + 1] : 0) << DigitBits)
            | ((UInt128)(digit + 2 < Digits ? (ulong)digits[digit + 2] : 0) << (2 * DigitBits));
        return (ulong)(window >> (from % DigitBits)) & ((1UL << count) - 1);
    }

    private bool AnyBelow(int bit)
    {
        int digit = bit / DigitBits;
        for (int i = 0; i < digit; i++)
        {
            if (digits[i] != 0)
            {
                return true;
            }
        }

        return (digits[digit] & ((1L << (bit % DigitBits)) - 1)) != 0;
    }
}
