using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Floe.Cli.Shell;

/// <summary>Results for programs: one JSON value on standard output, built without reflection so that start-up stays short.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions OnOneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a value and a line end.</summary>
    public static void Write(Terminal terminal, JsonNode value) => Write(terminal, value, Indented);

    /// <summary>Writes a value on one line, at once.</summary>
    public static void WriteLine(Terminal terminal, JsonNode value)
    {
        Write(terminal, value, OnOneLine);
        terminal.Out.Flush();
    }

    private static void Write(Terminal terminal, JsonNode value, JsonWriterOptions layout)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, layout))
        {
            value.WriteTo(writer);
        }

        terminal.Out.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>A number; JSON has no NaN or infinity, so those become null.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>An array of nodes.</summary>
    public static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);
}
