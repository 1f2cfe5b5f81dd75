using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Floe.Cli.Shell;

/// <summary>A result value for a person: a line a key, a table for a list of objects.</summary>
internal static class ResultPage
{
    private const int MostRows = 60;

    /// <summary>Writes the value as JSON where that was asked for, else as lines.</summary>
    public static void Write(Terminal terminal, JsonObject value, bool json)
    {
        if (json)
        {
            JsonOutput.Write(terminal, value);
        }
        else
        {
            WriteLines(terminal, value, "");
        }
    }

    private static void WriteLines(Terminal terminal, JsonObject value, string indent)
    {
        int width = value.Where(p => p.Value is not (JsonObject or JsonArray)).Select(p => p.Key.Length).DefaultIfEmpty(0).Max();
        foreach ((string key, JsonNode? node) in value)
        {
            switch (node)
            {
                case JsonObject inner:
                    terminal.Out.WriteLine($"{indent}{key}:");
                    foreach ((string name, JsonNode? leaf) in inner)
                    {
                        terminal.Out.WriteLine($"{indent}  {name}: {Cell(leaf)}");
                    }

                    break;
                case JsonArray list when list.Count > 0 && list.All(i => i is JsonObject):
                    terminal.Out.WriteLine($"{indent}{key}:");
                    WriteTable(terminal, list);
                    break;
                default:
                    terminal.Out.WriteLine($"{indent}{(key + ":").PadRight(width + 1)} {Cell(node)}");
                    break;
            }
        }
    }

    private static void WriteTable(Terminal terminal, JsonArray list)
    {
        string[] header = [.. list.OfType<JsonObject>().SelectMany(o => o.Select(p => p.Key)).Distinct()];
        TextTable.Write(
            terminal.Out, header, [.. list.OfType<JsonObject>().Take(MostRows).Select(o => header.Select(h => Cell(o[h])).ToArray())]);
        if (list.Count > MostRows)
        {
            terminal.Out.WriteLine($"and {list.Count - MostRows} more; --json shows all");
        }
    }

    /// <summary>A value in a few characters.</summary>
    public static string Cell(JsonNode? node) => node switch
    {
        null => "-",
        JsonArray list => string.Join(' ', list.Select(Cell)),
        JsonValue value when value.GetValueKind() == JsonValueKind.True => "yes",
        JsonValue value when value.GetValueKind() == JsonValueKind.False => "no",
        JsonValue value when value.TryGetValue(out double number) => Number(number),
        _ => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString(),
    };

    /// <summary>A number with six significant digits, whole numbers in full.</summary>
    public static string Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e15
        ? value.ToString("F0", CultureInfo.InvariantCulture)
        : value.ToString("G6", CultureInfo.InvariantCulture);
}
