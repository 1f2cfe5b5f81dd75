using System.Diagnostics;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Parquet;

[Trait("Category", "Fixtures")]
public class DamagedParquetTests
{
    private const long FreeBytes = 64L << 20;
    private const int BytesPerByte = 4;
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Cases => FixtureFolders.Files(Path.Combine("parquet", "bad"), ".parquet");

    [Theory]
    [MemberData(nameof(Cases))]
    public void ADamagedFileIsATypedErrorOrTheTrueValues(string name) => FixtureCase.Run("parquet/bad", name, () =>
    {
        string path = FixtureFolders.At("parquet", "bad", name + ".parquet");
        string expect = Expectation(name + ".parquet");
        Either<FloeError, Dictionary<string, ColumnValues>> read = Bounded(path);
        FloeError? error = read.MatchUnsafe<FloeError?>(Right: _ => null, Left: e => e);
        Assert.True(error is null or FloeError.BadData or FloeError.Unsupported, $"{error}");
        if (error is not null)
        {
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.True(expect is "error" or "either" or "error_or_bytes", $"must be read, but: {error.Message}");
            return unit;
        }

        Assert.NotEqual("error", expect);
        if (expect is "either" or "read")
        {
            Undamaged(name, Errors.Value(read));
        }

        return unit;
    });

    // What is allocated in all is no less than what is held at a time. The quickest of three: a machine at work must not fail.
    private static Either<FloeError, Dictionary<string, ColumnValues>> Bounded(string path)
    {
        for (int left = 2; ; left--)
        {
            Stopwatch time = Stopwatch.StartNew();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Either<FloeError, Dictionary<string, ColumnValues>> read = ParquetTable.Read(path, All);
            Assert.True(
                GC.GetAllocatedBytesForCurrentThread() - before <= FreeBytes + (
                    BytesPerByte * new FileInfo(path).Length), "allocated by an unchecked claim");
            if (time.Elapsed <= Most)
            {
                return read;
            }

            Assert.True(left > 0, $"took {time.Elapsed}");
        }
    }

    private static Either<FloeError, Dictionary<string, ColumnValues>> All(ParquetTable table)
    {
        Dictionary<string, ColumnValues> columns = [];
        for (int i = 0; i < table.Columns.Count; i++)
        {
            Either<FloeError, ColumnValues> column = table.Column(i);
            if (column.IsLeft)
            {
                return column.Map(_ => columns);
            }

            column.IfRight(values => columns.Add(values.Name, values));
        }

        return columns;
    }

    // The values of one of the two tables that the damaged files were made from.
    private static void Undamaged(string name, Dictionary<string, ColumnValues> found)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(FixtureFolders.At("parquet", "bad", "base.json")));
        string[] differences = [.. document.RootElement.EnumerateObject().Select(table => Difference(table.Value, found))];
        Assert.True(differences.Contains(""), $"{name}: {string.Join("; ", differences)}");
    }

    private static string Difference(JsonElement table, Dictionary<string, ColumnValues> found)
    {
        foreach (JsonProperty column in table.EnumerateObject())
        {
            if (!found.TryGetValue(column.Name, out ColumnValues? values))
            {
                return $"{column.Name} is missing";
            }

            string type = column.Name switch { "component" => "string", "fisher" or "taylor" => "double", _ => "int64" };
            IEnumerable<string> expected = column.Value.EnumerateArray().Select(v => FixtureTable.Canonical(v, type));
            IEnumerable<string> canonical = values.Values.Cast<object?>()
                .Select((v, row) => FixtureTable.Canonical(values.Present is null || values.Present[row] ? v : null));
            if (!expected.SequenceEqual(canonical))
            {
                return $"{column.Name} differs";
            }
        }

        return "";
    }

    private static string Expectation(string file)
    {
        foreach (string line in File.ReadLines(FixtureFolders.At("parquet", "bad", "bad.jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement.GetProperty("file").GetString() == file)
            {
                return document.RootElement.GetProperty("expect").GetString()!;
            }
        }

        return "read";
    }
}
