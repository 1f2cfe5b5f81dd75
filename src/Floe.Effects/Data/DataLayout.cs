using System.Text;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Data;

/// <summary>Says of samples that cannot be read whether they are sound JSON laid out in another way than one object a line or one
/// list.</summary>
internal static class DataLayout
{
    /// <summary>The error that names the layout; none where the text is no sound JSON in any layout.</summary>
    public static Option<FloeError> Explain(string path, string text) =>
        !text.Contains('\n', StringComparison.Ordinal) && text.TrimEnd('\r').Contains('\r', StringComparison.Ordinal) ? Error(
            $"{path}, line 1", "lines that end with a carriage return alone (CR)", "Save the file with LF line ends (tr '\\r' '\\n').")
        : Roots(Encoding.UTF8.GetBytes(text)) switch
        {
            [{ Type: JsonTokenType.StartObject } one] when one.Last > one.First => Error(
                $"{path}, line {one.First}",
                $"one JSON object over {one.Last - one.First + 1} lines",
                "Write it on one line (jq -c .), or, where it holds a list of records, give that list alone (jq .KEY)."),
            [{ Type: JsonTokenType.StartArray }, { Type: JsonTokenType.StartArray } second, ..] => Error(
                $"{path}, line {second.First}", "a second list",
                    "Join them to one list (jq -s add), or write one object a line (jq -c '.[]')."),
            [{ Type: JsonTokenType.StartArray }, var second, ..] => Error(
                $"{path}, line {second.First}", "something after the list", "Give one list alone, or one object a line (jq -c '.[]')."),
            { } roots when roots.FirstOrDefault(root => root.Last > root.First) is { Type: JsonTokenType.StartObject } spread => Error(
                $"{path}, line {spread.First}", $"one JSON object over {spread.Last - spread.First + 1} lines",
                    "Write each object on one line (jq -c .)."),
            _ => None,
        };

    /// <summary>The first token of every value of a text, and its lines from 1; null where the text is no sequence of values.</summary>
    private static (JsonTokenType Type, int First, int Last)[]? Roots(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = JsonFault.MostDepth });
        List<(JsonTokenType Type, int First, int Last)> roots = [];
        int line = 1, counted = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth > 0)
                {
                    continue;
                }

                int at = (int)reader.TokenStartIndex;
                line += utf8[counted..at].Count((byte)'\n');
                counted = at;
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    roots[^1] = roots[^1] with { Last = line };
                }
                else
                {
                    roots.Add((reader.TokenType, line, line));
                }
            }

            return [.. roots];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Option<FloeError> Error(string at, string found, string remedy) =>
        new FloeError.BadData(at, FileForm.Samples.Words(), found, remedy);
}
