using System.Globalization;
using System.Text;

namespace Floe.Domain.Text.Chat;

/// <summary>Dates as Python's <c>strftime</c> prints them in the C locale.</summary>
internal static class PythonTime
{
    /// <summary>The time in a format: function <c>strftime_now</c>.</summary>
    public static TemplateValue Format(TemplateCall call)
    {
        call.Only("strftime_now", "format");
        string format = call.Text(0, "format", "");
        StringBuilder text = new();
        for (int at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
            {
                text.Append(format[at]);
                continue;
            }

            bool bare = format[++at] == '-' && at + 1 < format.Length;
            at += bare ? 1 : 0;
            if (Part(call.Run.Clock ?? default, format[at], bare) is not { } part)
            {
                return call.Run.Refuse(FaultKind.Unsupported, call.At, $"the date format %{format[at]}");
            }

            text.Append(part);
        }

        return new TemplateValue.Words(text.ToString());
    }

    private static string? Part(DateTime time, char letter, bool bare)
    {
        string Padded(int value, int width) => value.ToString(CultureInfo.InvariantCulture).PadLeft(bare ? 1 : width, '0');
        string Named(string format) => time.ToString(format, CultureInfo.InvariantCulture);
        return letter switch
        {
            'd' => Padded(time.Day, 2),
            'm' => Padded(time.Month, 2),
            'Y' => Padded(time.Year, 4),
            'y' => Padded(time.Year % 100, 2),
            'b' or 'h' => Named("MMM"),
            'B' => Named("MMMM"),
            'a' => Named("ddd"),
            'A' => Named("dddd"),
            'H' => Padded(time.Hour, 2),
            'I' => Padded(((time.Hour + 11) % 12) + 1, 2),
            'M' => Padded(time.Minute, 2),
            'S' => Padded(time.Second, 2),
            'p' => time.Hour < 12 ? "AM" : "PM",
            'j' => Padded(time.DayOfYear, 3),
            'F' => Named("yyyy-MM-dd"),
            'T' => Named("HH:mm:ss"),
            '%' => "%",
            _ => null,
        };
    }
}
