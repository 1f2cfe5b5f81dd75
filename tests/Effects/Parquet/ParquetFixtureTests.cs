using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Parquet;

[Trait("Category", "Fixtures")]
public class ParquetFixtureTests
{
    public static TheoryData<string> Cases => FixtureFolders.Files("parquet", ".parquet");

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryColumnHasTheExpectedValues(string name) => FixtureCase.Run("parquet", name, () =>
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(FixtureFolders.At("parquet", name + ".json")));
        JsonElement expected = document.RootElement;
        return ParquetTable.Read(FixtureFolders.At("parquet", name + ".parquet"), table =>
        {
            Assert.Equal(expected.GetProperty("rows").GetInt32(), table.Rows);
            CheckMetadata(expected, table);
            JsonElement[] columns = [.. expected.GetProperty("columns").EnumerateArray()];
            Assert.Equal(columns.Select(c => c.GetProperty("name").GetString()), table.Columns.Map(c => c.Name));
            Either<FloeError, Unit> all = unit;
            for (int i = 0; i < columns.Length; i++)
            {
                all = all.Bind(_ => Check(table, i, columns[i]));
            }

            return all;
        });
    });

    private static Either<FloeError, Unit> Check(ParquetTable table, int index, JsonElement expected)
    {
        Assert.Equal(expected.GetProperty("nullable").GetBoolean(), table.Columns[index].IsNullable);
        Either<FloeError, ColumnValues> read = table.Column(index);
        if (expected.TryGetProperty("nested", out JsonElement nested) && nested.GetBoolean())
        {
            FloeError.Unsupported refused = Assert.IsType<FloeError.Unsupported>(Errors.Of(read));
            Assert.Contains(table.Columns[index].Name, refused.Where, StringComparison.Ordinal);
            Assert.True(table.Columns[index].IsNested);
            return unit;
        }

        if (!HasDotNetValues(expected))
        {
            Assert.Contains(table.Columns[index].Name, Assert.IsType<FloeError.BadData>(Errors.Of(read)).Where, StringComparison.Ordinal);
            return unit;
        }

        return read.Map(values => Compare(expected, values));
    }

    private static Unit Compare(JsonElement expected, ColumnValues column)
    {
        string type = expected.GetProperty("type").GetString()!;
        object?[] values = [.. column.Values.Cast<object?>().Select((v, row) => column.Present is null || column.Present[row] ? v : null)];
        Assert.Equal(expected.GetProperty("null_count").GetInt32(), values.Count(v => v is null));
        if (expected.TryGetProperty("values", out JsonElement all))
        {
            Equal(all, values, type);
            return unit;
        }

        JsonElement first = expected.GetProperty("values_first"), last = expected.GetProperty("values_last");
        Equal(first, values[..first.GetArrayLength()], type);
        Equal(last, values[^last.GetArrayLength()..], type);
        Assert.Equal(expected.GetProperty("values_sha256").GetString(), FixtureTable.Hash(values.Select(FixtureTable.Canonical)));
        return unit;
    }

    private static void Equal(JsonElement expected, object?[] values, string type)
    {
        Assert.Equal(expected.GetArrayLength(), values.Length);
        int row = 0;
        foreach (JsonElement value in expected.EnumerateArray())
        {
            string found = value.ValueKind == JsonValueKind.Object
                ? FixtureTable.Abbreviated((string)values[row]!)
                : FixtureTable.Canonical(values[row]);
            Assert.True(FixtureTable.Canonical(value, type) == found, $"row {row}: expected {value.GetRawText()}, found {found}");
            row++;
        }
    }

    // decimal has 96 bits and 28 places, DateTime the years 1 to 9999: what lies beyond is refused by the column's name.
    private static bool HasDotNetValues(JsonElement column)
    {
        string type = column.GetProperty("type").GetString()!;
        if (!column.TryGetProperty("values", out JsonElement values))
        {
            return true;
        }

        JsonElement[] present = [.. values.EnumerateArray().Where(v => v.ValueKind != JsonValueKind.Null)];
        return type.StartsWith("decimal", StringComparison.Ordinal)
            ? present.All(
                v => decimal.TryParse(v.GetString(), System.Globalization.CultureInfo.InvariantCulture, out decimal d)
                    && Places(d) == Places(v.GetString()!))
            : FixtureTable.Ticks(type) is null || present.All(v => FixtureTable.HasDateTime(v.GetInt64(), type));
    }

    private static int Places(decimal number) => Places(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static int Places(string number) => number.Contains('.', StringComparison.Ordinal)
        ? number.Length - number.IndexOf('.', StringComparison.Ordinal)
        : 0;

    private static void CheckMetadata(JsonElement expected, ParquetTable table)
    {
        if (!expected.TryGetProperty("key_value_metadata", out JsonElement pairs))
        {
            Assert.Empty(table.Metadata);
            return;
        }

        Assert.Equal(
            pairs.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal), table.Metadata.Keys.Order(StringComparer.Ordinal));
        foreach (JsonProperty pair in pairs.EnumerateObject())
        {
            string found = table.Metadata[pair.Name];
            Assert.Equal(
                pair.Value.ValueKind == JsonValueKind.Object ? FixtureTable.Canonical(pair.Value, "string") : pair.Value.GetString(),
                pair.Value.ValueKind == JsonValueKind.Object ? FixtureTable.Abbreviated(found) : found);
        }
    }
}
