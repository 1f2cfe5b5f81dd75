using System.Globalization;
using System.Text.Json.Nodes;

namespace Floe.Effects.Formats;

/// <summary>Real numbers in JSON for readers that tell 10000.0 from 10000.</summary>
internal static class JsonReal
{
    /// <summary>The shortest text that reads back as the number, always with a point or an exponent.</summary>
    /// <param name="value">A finite number.</param>
    public static JsonNode Of(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text.AsSpan().ContainsAny(".E") ? text : text + ".0")!;
    }
}
