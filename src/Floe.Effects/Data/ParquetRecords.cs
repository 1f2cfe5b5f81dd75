using System.Globalization;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Data;

/// <summary>
/// Records of a Parquet file, a row each, by the names of its columns. Texts, numbers, truth values and times are read; a column of lists,
/// maps or structs is left unread where its name only keeps books, and refused elsewhere.
/// </summary>
internal static class ParquetRecords
{
    /// <summary>The records of a file, each with its row from 1, and what of the file is not read, a sentence each.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, (IReadOnlyList<(string At, JsonElement Value)> Records, Arr<string> Notes)> Read(string path) =>
        ParquetTable.Read(path, table =>
            from flat in table.Columns.Find(column => column.IsNested && !RecordForm.Bookkeeping.Contains(column.Name))
                .Match(Some: column => Left<FloeError, Unit>(Nested(path, column)), None: () => unit)
            from columns in table.Columns.AsEnumerable()
                .Select((column, index) => (column, index))
                .Where(item => !item.column.IsNested)
                .Each(item => table.Column(item.index))
            from records in Enumerable.Range(0, table.Rows).Each(row => Record($"{path}, row {row + 1}", columns, row))
            select (records, new Arr<string>(table.Columns.AsEnumerable()
                .Where(column => column.IsNested)
                .Select(column => $"{path}: the column {column.Name} is not read"))));

    private static FloeError.Unsupported Nested(string path, TableColumn column) => new(
        $"{path}, column {column.Name}", $"a column of kind {column.Type} in a table of samples",
        "columns of texts, numbers, truth values and times",
        "Write the rows as JSON lines: pandas.read_parquet(FILE).to_json(\"data.jsonl\", orient=\"records\", lines=True).");

    private static Either<FloeError, (string At, JsonElement Value)> Record(string at, IReadOnlyList<ColumnValues> columns, int row)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            foreach (ColumnValues column in columns)
            {
                writer.WritePropertyName(column.Name);
                Write(writer, column.Present is { } present && !present[row] ? null : column.Values.GetValue(row));
            }

            writer.WriteEndObject();
        }

        return JsonText.ParseLine(at, buffer.ToArray()).Map(value => (at, value));
    }

    // Numbers that are not finite say nothing that JSON could.
    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case DateTime time:
                writer.WriteStringValue(time);
                break;
            case Guid id:
                writer.WriteStringValue(id);
                break;
            case float or double or Half when !double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
            case null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteRawValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
        }
    }
}
