using LanguageExt;

namespace Floe.Domain.Reports.Drawing;

/// <summary>The values that an axis names.</summary>
/// <param name="Values">Ascending, evenly spaced.</param>
/// <param name="Labels">One label a value, distinct from one another.</param>
/// <param name="Exponent">The labels are values divided by 10 to this power; 0 unless the values are very small or very large.</param>
internal sealed record Ticks(Arr<double> Values, Arr<string> Labels, int Exponent)
{
    /// <summary>
    /// Ticks at multiples of 1, 2 or 5 times a power of ten that cover an interval: the first is at or below it, the last at or above it.
    /// </summary>
    /// <param name="low">Lower end, finite.</param>
    /// <param name="high">Upper end, finite, at least <paramref name="low"/>.</param>
    /// <param name="most">About how many steps fit, at least 1; never more than this plus two ticks.</param>
    public static Ticks Cover(double low, double high, int most)
    {
        (double first, double last) = high > low ? (low, high) : low == 0 ? (0, 1) : (low - (Math.Abs(low) / 2), low + (Math.Abs(low) / 2));
        double step = NiceStep((last - first) / Math.Max(1, most));
        double from = Math.Floor((first / step) + 1e-9);
        int count = (int)(Math.Ceiling((last / step) - 1e-9) - from) + 1;
        double[] values = [.. Enumerable.Range(0, count).Select(i => (from + i) * step)];
        int exponent = CommonExponent(Math.Max(Math.Abs(values[0]), Math.Abs(values[^1])));
        double unit = Math.Pow(10, exponent);
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step / unit) - 1e-9), 0, 12);
        return new Ticks(Prelude.toArray(values), Prelude.toArray(values.Select(v => Numbers.Fixed(v / unit, decimals))), exponent);
    }

    /// <summary>Positions 0 … count − 1 thinned to multiples of 1, 2, 5, 10, … such that at most <paramref name="most"/> remain.</summary>
    public static Arr<int> Thin(int count, int most)
    {
        int step = 1;
        for (int i = 0; (count + step - 1) / step > Math.Max(1, most); i++)
        {
            step = (i % 3) == 1 ? step / 2 * 5 : step * 2;
        }

        return Prelude.toArray(Enumerable.Range(0, (count + step - 1) / step).Select(i => i * step));
    }

    /// <summary>The note that goes with the axis title: empty, or "×10⁻⁶".</summary>
    public string ExponentNote => Exponent == 0 ? "" : "×" + Numbers.PowerOfTen(Exponent);

    private static double NiceStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double lead = rough / power;
        return power * (lead <= 1 + 1e-9 ? 1 : lead <= 2 + 1e-9 ? 2 : lead <= 5 + 1e-9 ? 5 : 10);
    }

    private static int CommonExponent(double largest) =>
        largest is >= 1e-2 and < 1e5 or 0 ? 0 : (int)Math.Floor(Math.Log10(largest) / 3) * 3;
}
