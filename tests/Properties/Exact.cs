using System.Numerics;

namespace Floe.Tests.Properties;

/// <summary>Doubles as whole multiples of 2^-1074: the oracle for everything that claims to be free of rounding.</summary>
internal static class Exact
{
    public static BigInteger Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        BigInteger magnitude = mantissa << Math.Max(exponent - 1, 0);
        return bits < 0 ? -magnitude : magnitude;
    }

    public static BigInteger Sum(IEnumerable<double> values) => values.Aggregate(BigInteger.Zero, (sum, v) => sum + Of(v));

    public static BigInteger SumWhere(ReadOnlySpan<double> values, ReadOnlySpan<bool> chosen)
    {
        BigInteger sum = 0;
        for (int at = 0; at < values.Length; at++)
        {
            sum += chosen[at] ? Of(values[at]) : 0;
        }

        return sum;
    }

    /// <summary>The nearest double, ties to even, by comparing with its neighbours.</summary>
    public static double Round(BigInteger value)
    {
        if (value.Sign < 0)
        {
            return -Round(-value);
        }

        double low = 0;
        long from = 0;
        long to = BitConverter.DoubleToInt64Bits(double.MaxValue);
        while (from <= to)
        {
            long middle = from + ((to - from) / 2);
            double candidate = BitConverter.Int64BitsToDouble(middle);
            if (Of(candidate) <= value)
            {
                low = candidate;
                from = middle + 1;
            }
            else
            {
                to = middle - 1;
            }
        }

        double high = Math.BitIncrement(low);
        int side = (value - Of(low)).CompareTo(Of(high) - value);
        return side < 0 || (side == 0 && (BitConverter.DoubleToInt64Bits(low) & 1) == 0) ? low : high;
    }
}
