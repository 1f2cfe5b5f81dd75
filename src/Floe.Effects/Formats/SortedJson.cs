using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Floe.Effects.Formats;

/// <summary>JSON as Hugging Face's libraries write it: keys sorted, two spaces of indent, a newline at the end.</summary>
internal static class SortedJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of an object.</summary>
    public static string Text(JsonObject value) => Sorted(value).ToJsonString(Indented) + "\n";

    private static JsonObject Sorted(JsonObject value) =>
        new(value.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Key, p.Value is JsonObject inner ? Sorted(inner) : p.Value?.DeepClone())));
}
