using System.Globalization;
using System.Text;

namespace Floe.Domain.Text.Chat;

/// <summary>The escapes of texts in quotes, as Python has them.</summary>
internal static class TemplateEscapes
{
    /// <summary>Appends what an escape stands for; an unknown one stands for itself, backslash included.</summary>
    /// <param name="source">The template.</param>
    /// <param name="at">Where its backslash is; a character follows.</param>
    /// <param name="text">Where it goes.</param>
    /// <returns>The length of the escape.</returns>
    public static int Append(string source, int at, StringBuilder text)
    {
        char letter = source[at + 1];
        int digits = letter switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && Hexadecimal(source, at + 2, digits) is int value)
        {
            text.Append(value is >= 0xD800 and <= 0xDFFF ? ((char)value).ToString() : char.ConvertFromUtf32(value));
            return 2 + digits;
        }

        string? simple = letter switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '0' => "\0",
            '\\' => "\\",
            '\'' => "'",
            '"' => "\"",
            '\n' => "",
            _ => null,
        };
        text.Append(simple ?? source.Substring(at, 2));
        return 2;
    }

    private static int? Hexadecimal(string source, int start, int digits) =>
        start + digits <= source.Length
        && int.TryParse(source.AsSpan(start, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            && value is >= 0 and <= 0x10FFFF
            ? value
            : null;
}
