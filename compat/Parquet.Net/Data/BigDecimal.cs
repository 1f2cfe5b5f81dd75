using System.Globalization;
using System.Numerics;

namespace Parquet.Data;

/// <summary>A decimal of any precision: unscaled value · 10^(−scale).</summary>
public readonly record struct BigDecimal(BigInteger UnscaledValue, int Scale)
{
    /// <summary>The nearest <see cref="decimal"/>; throws <see cref="OverflowException"/> where the value has none.</summary>
    public static explicit operator decimal(BigDecimal value)
    {
        BigInteger unscaled = BigInteger.Abs(value.UnscaledValue);
        int scale = value.Scale;
        BigInteger limit = new(decimal.MaxValue);

        // A decimal has 28 places; only zeros are dropped.
        while (scale > 28 || (unscaled > limit && scale > 0))
        {
            (BigInteger quotient, BigInteger rest) = BigInteger.DivRem(unscaled, 10);
            if (!rest.IsZero)
            {
                throw new OverflowException($"{value} has more digits than a decimal");
            }

            unscaled = quotient;
            scale--;
        }

        if (unscaled > limit)
        {
            throw new OverflowException($"{value} is too large for a decimal");
        }

        UInt128 bits = (UInt128)unscaled;
        return new decimal((int)(uint)bits, (int)(uint)(bits >> 32), (int)(uint)(bits >> 64), value.UnscaledValue.Sign < 0, (byte)scale);
    }

    public override string ToString()
    {
        string digits = BigInteger.Abs(UnscaledValue).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        string sign = UnscaledValue.Sign < 0 ? "-" : string.Empty;
        return Scale == 0 ? sign + digits : $"{sign}{digits[..^Scale]}.{digits[^Scale..]}";
    }
}
