using System.Globalization;
using System.Text;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Data;

/// <summary>
/// Records of a table of text (RFC 4180): names in the first row, commas, semicolons or tabs between fields, whichever the first row has
/// most of. A field is text; one of a conversation is JSON; an empty one says nothing, and a number under a name that no form has is one. A
/// first column without a name, as pandas writes its index, keeps books.
/// </summary>
internal static class CsvRecords
{
    private const string Index = "index";

    private static readonly System.Collections.Generic.HashSet<string> Texts =
        new(RecordForm.All.AsEnumerable()
            .SelectMany(form => form.Parts.AsEnumerable())
            .SelectMany(part => part.Names), StringComparer.Ordinal);

    /// <summary>The records of a table, each with the line that it starts on.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="text">Its text.</param>
    public static Either<FloeError, IReadOnlyList<(string At, JsonElement Value)>> Read(string path, string text)
    {
        char separator = Separator(text);
        return
            from rows in Rows(path, text, separator)
            from some in Steps.Check(
                rows.Count > 0, () =>
                    new FloeError.BadData(path, "a first row of names", "an empty file", "Check that this is the right file."))
            from names in Names(path, rows[0].Fields)
            from records in rows.Skip(1)
                .Where(row => row.Fields.Any(field => field.Length > 0))
                .Each(row => Record(path, names, row.Line, row.Fields))
            select records;
    }

    private static Either<FloeError, string[]> Names(string path, IReadOnlyList<string> row)
    {
        string[] names = [.. row.Select((name, at) => at == 0 && name.Trim() is "" or "Unnamed: 0" ? Index : name.Trim())];
        string? twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null && !names.Contains("", StringComparer.Ordinal)
            ? names
            : new FloeError.BadData(
                $"{path}, line 1", "a name for each column, all different", twice is null or ""
                    ? "a column without a name"
                    : $"{twice} twice", "Name the columns.");
    }

    private static Either<FloeError, (string, JsonElement)> Record(string path, string[] names, int line, IReadOnlyList<string> fields)
    {
        string at = $"{path}, line {line}";
        if (fields.Count != names.Length)
        {
            return new FloeError.BadData(
                at, $"{names.Length} fields, one a column", $"{fields.Count}",
                    "Put quotes around fields that hold separators or line ends.");
        }

        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            for (int i = 0; i < names.Length; i++)
            {
                writer.WritePropertyName(names[i]);
                Write(writer, names[i], fields[i]);
            }

            writer.WriteEndObject();
        }

        return JsonText.ParseLine(at, buffer.ToArray()).Map(value => (at, value));
    }

    private static void Write(Utf8JsonWriter writer, string name, string field)
    {
        if (field.Length == 0)
        {
            writer.WriteNullValue();
        }
        else if (name is "messages" or "conversations" && JsonText.ParseLine("", Encoding.UTF8.GetBytes(field)).Case is JsonElement list)
        {
            list.WriteTo(writer);
        }
        else if (
            !Texts.Contains(name)
                && double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && double.IsFinite(number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(field);
        }
    }

    private static char Separator(string text)
    {
        ReadOnlySpan<char> first = text.AsSpan()[..(text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? end : text.Length)];
        (char best, int most) = (',', 0);
        foreach (char candidate in ",;\t")
        {
            int count = first.Count(candidate);
            (best, most) = count > most ? (candidate, count) : (best, most);
        }

        return best;
    }

    private static Either<FloeError, IReadOnlyList<(int Line, IReadOnlyList<string> Fields)>> Rows(string path, string text, char separator)
    {
        List<(int, IReadOnlyList<string>)> rows = [];
        List<string> fields = [];
        StringBuilder field = new();
        (int line, int start, bool quoted, int opened) = (1, 1, false, 0);
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            line += c == '\n' ? 1 : 0;
            if (quoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (at + 1 < text.Length && text[at + 1] == '"')
                {
                    field.Append('"');
                    at++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"' && field.Length == 0)
            {
                (quoted, opened) = (true, line);
            }
            else if (c == separator)
            {
                Close();
            }
            else if (c == '\n')
            {
                Close();
                rows.Add((start, fields));
                (fields, start) = ([], line);
            }
            else if (c != '\r' || at + 1 >= text.Length || text[at + 1] != '\n')
            {
                field.Append(c);
            }
        }

        if (quoted)
        {
            return new FloeError.BadData(
                $"{path}, line {opened}", "a closing quote", "the end of the file", "Close the quote, or double quotes inside of a field.");
        }

        if (field.Length > 0 || fields.Count > 0)
        {
            Close();
            rows.Add((start, fields));
        }

        return rows;

        void Close()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }
}
