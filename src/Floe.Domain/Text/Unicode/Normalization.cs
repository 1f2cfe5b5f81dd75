using System.Globalization;
using System.Text;

namespace Floe.Domain.Text.Unicode;

/// <summary>
/// Unicode normalization forms C, D, KC and KD (UAX 15), by tables of its own, since .NET leaves texts as they are where globalization is
/// invariant. O(n log n) for any text, also one of combining marks alone.
/// </summary>
internal static class Normalization
{
    private const char FirstThatChanges = '\u00C0';
    private const char FirstCompatible = '\u00A0';
    private const char FirstMark = '\u0300';
    private const int HangulBase = 0xAC00;
    private const int HangulCount = 11172;
    private const int LeadBase = 0x1100;
    private const int LeadCount = 19;
    private const int VowelBase = 0x1161;
    private const int VowelCount = 21;
    private const int TrailBase = 0x11A7;
    private const int TrailCount = 28;

    private static readonly Lazy<Data> Tables = new(Read);

    private sealed record Data(
        Dictionary<int, int[]> Canonical, Dictionary<int, int[]> Compatible, Dictionary<(int, int), int> Compositions,
            Dictionary<int, byte> Classes);

    /// <summary>The text in form C or KC: decomposed, marks in their order, composed again. A lone surrogate counts as U+FFFD.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="compatible">Whether characters also become what they are compatible with, as in form KC.</param>
    public static string Compose(string text, bool compatible = false) =>
        IsBelow(text, compatible ? FirstCompatible : FirstMark) ? text : ToText(Composed(Decomposed(text, compatible)));

    /// <summary>The text in form D or KD.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="compatible">Whether characters also become what they are compatible with, as in form KD.</param>
    public static string Decompose(string text, bool compatible = false) =>
        IsBelow(text, compatible ? FirstCompatible : FirstThatChanges) ? text : ToText(Decomposed(text, compatible));

    private static bool IsBelow(string text, char first) => text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(first - 1)) < 0;

    private static List<int> Decomposed(string text, bool compatible)
    {
        Dictionary<int, int[]> parts = compatible ? Tables.Value.Compatible : Tables.Value.Canonical;
        List<int> points = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Append(rune.Value, parts, points);
        }

        // Marks between two starters come in the order of their classes; those of one class stay as they are.
        for (int at = 0; at < points.Count; at++)
        {
            int start = at;
            while (at < points.Count && ClassOf(points[at]) > 0)
            {
                at++;
            }

            if (at - start > 1)
            {
                int[] sorted = [.. points.GetRange(start, at - start).OrderBy(point => (int)ClassOf(point))];
                for (int i = 0; i < sorted.Length; i++)
                {
                    points[start + i] = sorted[i];
                }
            }
        }

        return points;
    }

    private static void Append(int point, Dictionary<int, int[]> decompositions, List<int> points)
    {
        int hangul = point - HangulBase;
        if (hangul is >= 0 and < HangulCount)
        {
            points.Add(LeadBase + (hangul / (VowelCount * TrailCount)));
            points.Add(VowelBase + (hangul % (VowelCount * TrailCount) / TrailCount));
            if (hangul % TrailCount > 0)
            {
                points.Add(TrailBase + (hangul % TrailCount));
            }
        }
        else if (point >= FirstCompatible && decompositions.TryGetValue(point, out int[]? parts))
        {
            points.AddRange(parts);
        }
        else
        {
            points.Add(point);
        }
    }

    private static List<int> Composed(List<int> points)
    {
        List<int> composed = new(points.Count);
        int starter = -1;
        int lastClass = -1;
        foreach (int point in points)
        {
            byte kind = ClassOf(point);
            if (starter >= 0 && lastClass < kind && Pair(composed[starter], point) is int whole)
            {
                composed[starter] = whole;
                continue;
            }

            if (kind == 0)
            {
                // A starter right after another one may still join it.
                if (starter >= 0 && lastClass == -1 && Pair(composed[starter], point) is int joined)
                {
                    composed[starter] = joined;
                    continue;
                }

                starter = composed.Count;
                lastClass = -1;
            }
            else
            {
                lastClass = kind;
            }

            composed.Add(point);
        }

        return composed;
    }

    private static int? Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
        {
            return HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TrailCount);
        }

        if (first - HangulBase is >= 0 and < HangulCount
            && (first - HangulBase) % TrailCount == 0
            && second - TrailBase is > 0 and < TrailCount)
        {
            return first + second - TrailBase;
        }

        return Tables.Value.Compositions.TryGetValue((first, second), out int whole) ? whole : null;
    }

    private static byte ClassOf(int point) => point < FirstMark ? (byte)0 : Tables.Value.Classes.GetValueOrDefault(point);

    private static string ToText(List<int> points)
    {
        StringBuilder text = new(points.Count);
        foreach (int point in points)
        {
            text.Append(new Rune(point).ToString());
        }

        return text.ToString();
    }

    private static Data Read()
    {
        Dictionary<int, int[]> first = [];
        Dictionary<(int, int), int> compositions = [];
        foreach (string entry in UnicodeTables.Decompositions.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            int sign = entry.IndexOfAny(['=', '>']);
            int point = Hexadecimal(entry[..sign]);
            int[] parts = [.. entry[(sign + 1)..].Split(' ').Select(Hexadecimal)];
            first.Add(point, parts);
            if (entry[sign] == '=')
            {
                compositions.Add((parts[0], parts[1]), point);
            }
        }

        Dictionary<int, byte> classes = [];
        foreach (string entry in UnicodeTables.CombiningClasses.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split(':');
            (int start, int count) = Range(parts[0]);
            for (int i = 0; i <= count; i++)
            {
                classes.Add(start + i, byte.Parse(parts[1], CultureInfo.InvariantCulture));
            }
        }

        Dictionary<int, int[]> both = new(first);
        foreach (string entry in CompatibilityTables.Decompositions.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = entry.Split('=');
            (int start, int count) = Range(sides[0]);
            int[] parts = [.. sides[1].Split(' ').Select(Hexadecimal)];
            for (int i = 0; i <= count; i++)
            {
                both.Add(start + i, [parts[0] + i, .. parts[1..]]);
            }
        }

        return new Data(Whole(first), Whole(both), compositions, classes);
    }

    // A code point, and how many follow it in a range.
    private static (int Start, int Count) Range(string text)
    {
        string[] ends = text.Split('-');
        return (Hexadecimal(ends[0]), ends.Length == 1 ? 0 : Hexadecimal(ends[1]));
    }

    private static Dictionary<int, int[]> Whole(Dictionary<int, int[]> first) =>
        first.ToDictionary(entry => entry.Key, entry => Whole(entry.Value, first));

    // Parts may themselves decompose, a few levels deep.
    private static int[] Whole(int[] parts, Dictionary<int, int[]> first)
    {
        while (Array.FindIndex(parts, first.ContainsKey) is >= 0 and var at)
        {
            parts = [.. parts[..at], .. first[parts[at]], .. parts[(at + 1)..]];
        }

        return parts;
    }

    private static int Hexadecimal(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
