using System.Globalization;

namespace Floe.Domain.Reports.Drawing;

/// <summary>Numbers as text, the same in every culture. A number and its unit are joined by a no-break space.</summary>
internal static class Numbers
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>A coordinate: at most one decimal (a tenth of a pixel), no trailing zero, no negative zero.</summary>
    public static string Coordinate(double value)
    {
        double rounded = Math.Round(value, 1, MidpointRounding.AwayFromZero);
        return rounded == 0 ? "0" : rounded.ToString("0.#", Invariant);
    }

    /// <summary>A whole number with thousands separators.</summary>
    public static string Whole(long value) => value.ToString("#,0", Invariant);

    /// <summary>A value at four significant digits; very small and very large ones as 5.1×10⁻⁷. NaN is an en dash.</summary>
    public static string Value(double value) => value switch
    {
        double.NaN => "–",
        0 => "0",
        _ when !double.IsFinite(value) => value > 0 ? "∞" : "−∞",
        _ when Math.Abs(value) is >= 1e6 or < 1e-3 => Scientific(value),
        _ =>
            Minus(value.ToString(
                Math.Abs(value) switch { >= 1000 => "0", >= 100 => "0.#", >= 10 => "0.##", >= 1 => "0.###", _ => "0.####" }, Invariant)),
    };

    /// <summary>A fixed number of decimals.</summary>
    public static string Fixed(double value, int decimals) =>
        double.IsFinite(value) ? Minus(value.ToString("F" + decimals.ToString(Invariant), Invariant)) : Value(value);

    /// <summary>A share of one as a percentage with at most one decimal; a share that is not 0 or 1 never reads as 0 or 100.</summary>
    public static string Percent(double share) => share switch
    {
        double.NaN => "–",
        > 0 and < 0.0005 => "<\u00a00.1\u00a0%",
        < 1 and >= 0.9995 => ">\u00a099.9\u00a0%",
        _ => Minus((share * 100).ToString("0.#", Invariant)) + "\u00a0%",
    };

    /// <summary>A count in short form: 950, 9.1 k, 34.1 M, 7 B.</summary>
    public static string Short(long count) => count switch
    {
        >= 1_000_000_000 => (count / 1e9).ToString("0.##", Invariant) + "\u00a0B",
        >= 1_000_000 => (count / 1e6).ToString("0.##", Invariant) + "\u00a0M",
        >= 10_000 => (count / 1e3).ToString("0.#", Invariant) + "\u00a0k",
        _ => Whole(count),
    };

    /// <summary>A duration: 0.42 s, 12.3 s, 2 min 05 s, 1 h 02 min.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0)
        {
            return "–";
        }

        long whole = (long)Math.Min(Math.Round(seconds), long.MaxValue / 2);
        return whole switch
        {
            < 10 => seconds.ToString("0.##", Invariant) + "\u00a0s",
            < 60 => seconds.ToString("0.#", Invariant) + "\u00a0s",
            < 3600 => (whole / 60).ToString(Invariant) + "\u00a0min\u00a0" + (whole % 60).ToString("00", Invariant) + "\u00a0s",
            _ => Whole(whole / 3600) + "\u00a0h\u00a0" + (whole % 3600 / 60).ToString("00", Invariant) + "\u00a0min",
        };
    }

    /// <summary>An amount of memory in binary units: 812 B, 94.2 MiB, 1.31 GiB.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => (bytes / (double)(1L << 30)).ToString("0.##", Invariant) + "\u00a0GiB",
        >= 1L << 20 => (bytes / (double)(1L << 20)).ToString("0.#", Invariant) + "\u00a0MiB",
        >= 1L << 10 => (bytes / 1024d).ToString("0.#", Invariant) + "\u00a0KiB",
        _ => Whole(bytes) + "\u00a0B",
    };

    /// <summary>Ascending whole numbers with runs joined: 0–2, 7, 9–11. None is "none".</summary>
    public static string Ranges(IEnumerable<int> ascending)
    {
        var runs = new List<(int First, int Last)>();
        foreach (int value in ascending)
        {
            if (runs.Count > 0 && runs[^1].Last == value - 1)
            {
                runs[^1] = (runs[^1].First, value);
            }
            else
            {
                runs.Add((value, value));
            }
        }

        return runs.Count == 0 ? "none" : string.Join(", ", runs.Select(Run));
    }

    private static string Run((int First, int Last) run) => (run.Last - run.First) switch
    {
        0 => run.First.ToString(Invariant),
        1 => run.First.ToString(Invariant) + ", " + run.Last.ToString(Invariant),
        _ => run.First.ToString(Invariant) + "–" + run.Last.ToString(Invariant),
    };

    /// <summary>10 to a whole power, with the power raised.</summary>
    public static string PowerOfTen(int exponent) =>
        "10" + string.Concat(exponent.ToString(Invariant).Select(digit => digit == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']));

    private static string Scientific(double value)
    {
        string[] parts = value.ToString("0.###e0", Invariant).Split('e');
        return Minus(parts[0]) + "×" + PowerOfTen(int.Parse(parts[1], Invariant));
    }

    private static string Minus(string text) => text.Replace('-', '−');
}
