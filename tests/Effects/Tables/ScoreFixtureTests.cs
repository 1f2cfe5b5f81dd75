using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Tables;

/// <summary>Score tables as pandas, polars, DuckDB, fastparquet and pyarrow write them.</summary>
[Trait("Category", "Fixtures")]
public class ScoreFixtureTests
{
    public static TheoryData<string> Cases => FixtureFolders.Files("parquet", ".parquet");

    [Theory]
    [MemberData(nameof(Cases))]
    public void AScoreTableIsReadOrNamesWhatIsWrong(string name) => FixtureCase.Run("parquet (scores)", name, () =>
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(FixtureFolders.At("parquet", name + ".json")));
        Dictionary<string, JsonElement> columns = Columns(document.RootElement);
        Either<FloeError, ScoreFile> read = ScoreTables.Read(FixtureFolders.At("parquet", name + ".parquet"));
        if (read.MatchUnsafe<FloeError?>(Right: _ => null, Left: e => e) is FloeError.Unsupported refused)
        {
            return refused;
        }

        if (!new[] { "layer", "component", "index", "fisher" }.All(columns.ContainsKey))
        {
            Assert.Contains("a column `", Assert.IsType<FloeError.BadData>(Errors.Of(read)).Expected, StringComparison.Ordinal);
            return unit;
        }

        if (columns.Values.Any(c => !c.TryGetProperty("values", out _)))
        {
            // Only a hash of the values is kept, so the file's own claims decide.
            int count = document.RootElement.GetProperty("rows").GetInt32();
            Assert.True(
                read.Match(
                    Right: f => f.Sums.Shape.Units == count, Left: e => e is FloeError.BadData { Expected: var expected }
                        && expected.StartsWith("a row for", StringComparison.Ordinal)));
            return unit;
        }

        if ((FirstWrong(columns, "fisher") ?? FirstWrong(columns, "taylor")) is { } wrong)
        {
            Assert.EndsWith(wrong, Assert.IsType<FloeError.BadData>(Errors.Of(read)).Where, StringComparison.Ordinal);
            return unit;
        }

        int rows = columns["layer"].GetProperty("values").GetArrayLength();
        if (rows == 0)
        {
            Assert.Equal("0 rows", Assert.IsType<FloeError.BadData>(Errors.Of(read)).Found);
            return unit;
        }

        if (!IsWhole(columns, rows))
        {
            Assert.IsType<FloeError.BadData>(Errors.Of(read));
            return unit;
        }

        Compare(columns, rows, Errors.Value(read));
        return unit;
    });

    // Whether every layer has the same heads and neurons, at least one of each.
    private static bool IsWhole(Dictionary<string, JsonElement> columns, int rows)
    {
        var units = Enumerable.Range(0, rows)
            .Select(row =>
                (Layer: Value(columns, "layer", row)
                    .GetInt32(), Component: Value(columns, "component", row)
                    .GetString(), Index: Value(columns, "index", row)
                    .GetInt32()))
            .ToHashSet();
        int layers = units.Max(u => u.Layer) + 1;
        int heads = units.Count(u => u.Component == "head") / layers;
        int neurons = units.Count(u => u.Component == "neuron") / layers;
        return heads > 0 && neurons > 0 && units.Count == rows && layers * (heads + neurons) == rows
            && units.All(u => u.Index < (u.Component == "head" ? heads : neurons));
    }

    private static void Compare(Dictionary<string, JsonElement> columns, int rows, ScoreFile file)
    {
        ModelShape shape = file.Sums.Shape;
        bool hasTaylor = columns.ContainsKey("taylor");
        Assert.Equal(rows, shape.Units);
        for (int row = 0; row < rows; row++)
        {
            Component component = columns["component"].GetProperty("values")[row].GetString() == "head" ? Component.Head : Component.Neuron;
            int place = shape.IndexOf(
                new UnitId(Value(columns, "layer", row).GetInt32(), component, Value(columns, "index", row).GetInt32()));
            Assert.Equal(Value(columns, "fisher", row).GetDouble(), file.Sums.Fisher.Rounded[place]);
            Assert.Equal(1, file.Sums.FisherCounts[place]);
            Assert.Equal(hasTaylor ? Value(columns, "taylor", row).GetDouble() : 0, file.Sums.Taylor.Rounded[place]);
            Assert.Equal(hasTaylor ? 1 : 0, file.Sums.TaylorCounts[place]);
        }
    }

    private static JsonElement Value(Dictionary<string, JsonElement> columns, string name, int row) =>
        columns[name].GetProperty("values")[row];

    // The first row whose score no score table may have, as the message ends.
    private static string? FirstWrong(Dictionary<string, JsonElement> columns, string name)
    {
        if (!columns.TryGetValue(name, out JsonElement column))
        {
            return null;
        }

        JsonElement[] values = [.. column.GetProperty("values").EnumerateArray()];
        int missing = System.Array.FindIndex(values, v => v.ValueKind == JsonValueKind.Null);
        int notFinite = System.Array.FindIndex(values, v => v.ValueKind == JsonValueKind.String);
        int negative = System.Array.FindIndex(values, v => v.ValueKind == JsonValueKind.Number && v.GetDouble() < 0);
        int first = missing >= 0 ? missing : notFinite >= 0 ? notFinite : negative;
        return first < 0 ? null : $"column `{name}`, row {first}";
    }

    private static Dictionary<string, JsonElement> Columns(JsonElement fixture)
    {
        Dictionary<string, JsonElement> columns = [];
        foreach (JsonElement column in fixture.GetProperty("columns").EnumerateArray())
        {
            columns.TryAdd(column.GetProperty("name").GetString()!, column);
        }

        return columns;
    }
}
