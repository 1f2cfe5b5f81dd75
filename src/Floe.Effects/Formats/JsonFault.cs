using System.Text;
using System.Text.Json;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats;

/// <summary>What is wrong with a text that should be JSON, in words of its own: where, counted from 1, what stands there, and what to
/// do.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column in characters, from 1.</param>
/// <param name="Expected">What JSON has there.</param>
/// <param name="Found">What stands there.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record JsonFault(int Line, int Column, string Expected, string Found, string Remedy)
{
    /// <summary>Most levels of lists and objects within each other.</summary>
    public const int MostDepth = 64;

    private static readonly (string Word, string Found, string Remedy)[] Words =
    [
        ("NaN", "NaN", "Write null, or leave the key out: JSON has no such number."),
        ("nan", "nan", "Write null, or leave the key out: JSON has no such number."),
        ("-Infinity", "-Infinity", "Write null, or leave the key out: JSON has no such number."),
        ("Infinity", "Infinity", "Write null, or leave the key out: JSON has no such number."),
        ("inf", "inf", "Write null, or leave the key out: JSON has no such number."),
        ("True", "True, as Python writes it", "Write the file with a JSON library (json.dumps), not as Python prints it."),
        ("False", "False, as Python writes it", "Write the file with a JSON library (json.dumps), not as Python prints it."),
        ("None", "None, as Python writes it", "Write the file with a JSON library (json.dumps), not as Python prints it."),
        ("'", "a text in single quotes", "Write texts in double quotes: JSON knows no others."),
        ("//", "a comment (//)", "Take the comments out: JSON has none."),
        ("/*", "a comment (/*)", "Take the comments out: JSON has none."),
        ("#", "a comment (#)", "Take the comments out: JSON has none."),
        ("\uFEFF", "a byte order mark", "Save the text without one."),
    ];

    /// <summary>The first fault of a text in UTF-8 that strict JSON refuses; none where there is none.</summary>
    public static Option<JsonFault> Of(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = MostDepth });
        Stack<System.Collections.Generic.HashSet<string>> names = new();
        bool ended = false;
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        names.Push(new(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.EndObject:
                        names.Pop();
                        break;
                    case JsonTokenType.PropertyName when reader.GetString()! is var name && !names.Peek().Add(name):
                        return At(
                            utf8, (int)reader.TokenStartIndex, "each key once", $"the key {Shortened(name)} a second time",
                                "Keep one of them.");
                }

                ended = reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
            }

            return None;
        }
        catch (InvalidOperationException)
        {
            return At(
                utf8, (int)reader.TokenStartIndex, "well-formed Unicode", "half of a surrogate pair",
                    "Write the character itself, or both halves.");
        }
        catch (JsonException fault)
        {
            return Syntax(utf8, OffsetOf(utf8, fault.LineNumber ?? 0, fault.BytePositionInLine ?? 0), ended, reader.CurrentDepth);
        }
    }

    private static JsonFault Syntax(ReadOnlySpan<byte> utf8, int offset, bool ended, int depth)
    {
        offset = WordBefore(utf8, offset);
        ReadOnlySpan<byte> rest = utf8[offset..];
        int spaces = rest.IndexOfAnyExcept(" \t\r\n"u8);
        string text = spaces < 0 ? "" : Encoding.UTF8.GetString(rest.Slice(spaces, Math.Min(40, rest.Length - spaces)));
        if (Words.FirstOrDefault(word => text.StartsWith(word.Word, StringComparison.Ordinal)) is { Word: not null } known)
        {
            return At(utf8, offset + spaces, ended ? "the end after the value" : "a JSON value", known.Found, known.Remedy);
        }

        if (ended)
        {
            return At(utf8, offset + Math.Max(0, spaces), "the end after the first value", rest[Math.Max(0, spaces)..] switch
            {
                [(byte)',', ..] => "a comma",
                [(byte)'}' or (byte)']', ..] => "one closing bracket too many",
                _ => "a second value",
            }, "Write one JSON object a line, or one list: [ ... ] around all and a comma between.");
        }

        if (spaces < 0)
        {
            return utf8.IndexOfAnyExcept(" \t\r\n"u8) < 0
                ? At(utf8, 0, "a JSON value", "nothing", "Write the file again.")
                : At(utf8, utf8.Length, "the rest of the value", "the end of the text",
                    "The text is cut, or a bracket or quote is not closed: write it again.");
        }

        int odd = InText(utf8[..offset]) ? rest.IndexOfAnyInRange((byte)0, (byte)0x1F) : -1, quote = rest.IndexOf((byte)'"');
        return odd >= 0 && (quote < 0 || odd < quote)
                ? At(utf8, offset + odd, "a text on one line", rest[odd] is (byte)'\n' or (byte)'\r'
                    ? "a line end inside a text"
                    : $"the control character {rest[odd]} inside a text", "Write it as an escape, such as \\n.")
            : depth >= MostDepth - 1 && text[0] is '[' or '{'
                ? At(utf8, offset + spaces, $"at most {MostDepth} levels", "a deeper one", "Make the value flatter.")
            : text[0] is '}' or ']'
                ? At(utf8, offset + spaces, "another value after the comma", $"`{text[0]}`",
                    "Take the last comma out, or close the brackets in their order.")
            : At(utf8, offset + spaces, "JSON", Quoted(text), "Correct the text at that place.");
    }

    // The reader stops within a word such as `tru` or after the sign of -Infinity; the message names all of it.
    private static int WordBefore(ReadOnlySpan<byte> utf8, int offset)
    {
        int start = offset;
        while (start > 0 && (char.IsAsciiLetter((char)utf8[start - 1]) || (start == offset && utf8[start - 1] == (byte)'-')))
        {
            start--;
        }

        return InText(utf8[..offset]) ? offset : start;
    }

    // Whether an odd number of quotes that no backslash escapes comes before.
    private static bool InText(ReadOnlySpan<byte> before)
    {
        bool inside = false;
        for (int at = 0; at < before.Length; at++)
        {
            if (inside && before[at] == (byte)'\\')
            {
                at++;
            }
            else
            {
                inside ^= before[at] == (byte)'"';
            }
        }

        return inside;
    }

    private static int OffsetOf(ReadOnlySpan<byte> utf8, long line, long inLine)
    {
        int start = 0;
        for (long passed = 0; passed < line && utf8[start..].IndexOf((byte)'\n') is >= 0 and var next; passed++)
        {
            start += next + 1;
        }

        return (int)Math.Clamp(start + inLine, 0, utf8.Length);
    }

    private static JsonFault At(ReadOnlySpan<byte> utf8, int offset, string expected, string found, string remedy)
    {
        ReadOnlySpan<byte> before = utf8[..Math.Min(offset, utf8.Length)];
        int start = before.LastIndexOf((byte)'\n') + 1;
        return new JsonFault(before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[start..]) + 1, expected, found, remedy);
    }

    private static string Quoted(string text)
    {
        string line = text.Split('\n', '\r')[0];
        return line.Length <= 20 ? $"`{line}`" : $"`{line[..20]}…`";
    }

    private static string Shortened(string name) => name.Length <= 60 ? $"`{name}`" : $"`{name[..60]}…`";
}
