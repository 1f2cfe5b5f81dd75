using System.Buffers;
using System.Globalization;
using System.Text;

namespace Floe.Domain.Text.Chat;

/// <summary>Texts as Python has them: what is white space, how values print, what a character is.</summary>
internal static class PythonText
{
    private const int Deepest = 100;

    /// <summary>What <c>str.isspace</c> holds for.</summary>
    public static SearchValues<char> Spaces { get; } = SearchValues.Create(
        "\t\n\v\f\r\x1c\x1d\x1e\x1f "
            + "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000");

    /// <summary>A text without white space, or without some characters, at its ends.</summary>
    public static string Strip(string text, string? characters, bool start = true, bool end = true)
    {
        int from = 0;
        int to = text.Length;
        while (start && from < to && Stripped(text[from], characters))
        {
            from++;
        }

        while (end && to > from && Stripped(text[to - 1], characters))
        {
            to--;
        }

        return text[from..to];
    }

    /// <summary>A text without white space at its end.</summary>
    public static string TrimEnd(string text) => Strip(text, null, start: false);

    /// <summary>Characters as Python counts them: code points.</summary>
    public static IEnumerable<string> Characters(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int length = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
            yield return text.Substring(at, length);
            at += length;
        }
    }

    /// <summary>How many characters a text has.</summary>
    public static int Length(string text) => IsPlain(text) ? text.Length : Characters(text).Count();

    /// <summary>Whether each UTF-16 unit is a character.</summary>
    public static bool IsPlain(string text) => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0;

    /// <summary>A value as <c>str</c> prints it.</summary>
    public static string Of(TemplateRun run, int at, TemplateValue value)
    {
        if (value is TemplateValue.Words words)
        {
            return words.Value;
        }

        StringBuilder text = new();
        Append(run, at, value, text, 0);
        return text.ToString();
    }

    /// <summary>A floating-point number as <c>repr</c> prints it.</summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int exponent = text.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0 && Math.Abs(value) is < 1e16 and >= 1e-4 or 0)
        {
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        }

        double size = Math.Abs(value);
        if (size is < 1e16 and >= 1e-4)
        {
            string plain = value.ToString("F20", CultureInfo.InvariantCulture).TrimEnd('0');
            return plain.EndsWith('.') ? plain + "0" : plain;
        }

        string scientific = exponent >= 0 ? text : value.ToString("E16", CultureInfo.InvariantCulture);
        string[] parts = scientific.Split('E');
        string digits = parts[0].Contains('.', StringComparison.Ordinal) ? parts[0].TrimEnd('0').TrimEnd('.') : parts[0];
        int power = int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{digits}e{(power < 0 ? '-' : '+')}{Math.Abs(power):00}";
    }

    private static bool Stripped(char c, string? characters) => characters is null
        ? Spaces.Contains(c)
        : characters.Contains(c, StringComparison.Ordinal);

    private static void Append(TemplateRun run, int at, TemplateValue value, StringBuilder text, int depth)
    {
        run.Charge(at, 1);
        if (depth > Deepest || run.Fault is not null)
        {
            _ = run.Refuse(FaultKind.Limit, at, $"a value of more than {Deepest} levels");
            return;
        }

        switch (value)
        {
            case TemplateValue.Nothing:
                text.Append("None");
                break;
            case TemplateValue.Truth truth:
                text.Append(truth.Value ? "True" : "False");
                break;
            case TemplateValue.Whole whole:
                text.Append(whole.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case TemplateValue.Real real:
                text.Append(Of(real.Value));
                break;
            case TemplateValue.Words words:
                Quote(words.Value, text);
                break;
            case TemplateValue.Sequence sequence:
                text.Append(sequence.IsTuple ? '(' : '[');
                for (int i = 0; i < sequence.Items.Length; i++)
                {
                    text.Append(i == 0 ? "" : ", ");
                    Append(run, at, sequence.Items[i], text, depth + 1);
                }

                text.Append(sequence.IsTuple ? sequence.Items.Length == 1 ? ",)" : ")" : "]");
                break;
            case TemplateValue.Mapping mapping:
                text.Append('{');
                for (int i = 0; i < mapping.Items.Length; i++)
                {
                    text.Append(i == 0 ? "" : ", ");
                    Quote(mapping.Items[i].Key, text);
                    text.Append(": ");
                    Append(run, at, mapping.Items[i].Value, text, depth + 1);
                }

                text.Append('}');
                break;
            case TemplateValue.Undefined:
                break;
            default:
                _ = run.Refuse(FaultKind.Unsupported, at, $"{value.TypeName} as text");
                break;
        }
    }

    private static void Quote(string value, StringBuilder text)
    {
        char quote = value.Contains('\'', StringComparison.Ordinal) && !value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        text.Append(quote);
        foreach (Rune rune in value.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when rune.Value == quote => text.Append('\\').Append(quote),
                _ when IsPrintable(rune) => text.Append(rune),
                <= 0xFF => text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                <= 0xFFFF => text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
            };
        }

        text.Append(quote);
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);
}
