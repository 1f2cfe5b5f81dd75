using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Tables;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Parquet;

/// <summary>What Floe writes opens in DuckDB and hyparquet, both from npm, and in Arrow C++ with the same values.</summary>
public class InteropTests
{
    private static readonly ModelShape Shape = new(5, 6, 3, 700, 64, 16);
    private static readonly string Folder = Path.Combine(FixtureFolders.RepositoryRoot, "tests", "interop");

    [Fact]
    public void EveryTableHasTheSameValuesInDuckDbAndHyparquet()
    {
        if (Installed() is { } reason)
        {
            FixtureCase.NotRun("interop", "parquet", reason);
            return;
        }

        FixtureCase.Run("interop", "parquet", () =>
        {
            using Scratch scratch = new();
            string[] paths = Write(scratch);
            (int code, string output, string error) = OtherProgram.Run("node", ["read.mjs", .. paths], Folder);
            Assert.True(code == 0, error);
            using JsonDocument found = JsonDocument.Parse(output);
            Either<FloeError, Unit> all = unit;
            foreach (string path in paths)
            {
                JsonElement readers = found.RootElement.GetProperty(path);
                all = all.Bind(_ => ParquetTable.Read(path, table =>
                    Compare(table, readers.GetProperty("duckdb")).Bind(_ => Compare(table, readers.GetProperty("hyparquet")))));
            }

            return all;
        });
    }

    [Fact]
    public void EveryTableHasTheSameValuesInArrow()
    {
        if (ArrowReader.Missing is { } reason)
        {
            FixtureCase.NotRun("interop", "arrow", reason);
            return;
        }

        FixtureCase.Run("interop", "arrow", () =>
        {
            using Scratch scratch = new();
            string[] paths = Write(scratch);
            JsonElement[] found = ArrowReader.Read(paths);
            Either<FloeError, Unit> all = unit;
            for (int i = 0; i < paths.Length; i++)
            {
                all = all.Bind(_ => ParquetTable.Read(paths[i], table => Compare(table, found[i])));
            }

            return all;
        });
    }

    private static string[] Write(Scratch scratch)
    {
        TableMetadata metadata = new(
            Shape: Shape, Seed: -7L, Model: new ModelIdentity(new string('a', 64), "größe \"135m\""), Data: "b", Adapter: "hydra");
        ScoreSums sums = Errors.Value(ScoreSums.Merge([ScoreTableTests.Sums(Shape, 1), ScoreTableTests.Sums(Shape, 2)]));
        SelectionResult selection = Errors.Value(Select.Run(Errors.Value(sums.ToTable()), new SelectionOptions()));
        LayerStatistics statistics = Errors.Value(LayerStatistics.None(Shape.Layers).With("weight_norm", [1, double.NaN, 3, -0.0, 5e-324]));
        NormalEquations equations = Errors.Value(NormalEquations.Create([1, 2, 3, 4, 5, 6], [0.5, 0.25, 0.125], 7, 100));
        Assert.True(ScoreTables.Write(scratch.At("scores.parquet"), sums, metadata).IsRight);
        Assert.True(
            MaskTables.Write(
                scratch.At("masks.parquet"), selection.Masks, refined: true, MaskSummary.Of(selection.Search), metadata).IsRight);
        Assert.True(
            LayerTables.Write(
                scratch.At("layers.parquet"), [.. LayerTables.Rows(selection, statistics)], MaskSource.Binary, metadata).IsRight);
        Assert.True(StatisticsTables.Write(scratch.At("statistics.parquet"), statistics, metadata).IsRight);
        Assert.True(NormalTables.Write(
            scratch.At("normal.parquet"),
            add =>
            {
                add(new NormalBlock(0, Component.Head, equations));
                add(new NormalBlock(0, Component.Neuron, equations));
                return unit;
            },
            NormalStream.Student,
            1e-6,
            metadata).IsRight);
        return [.. Directory.GetFiles(scratch.Folder).Order(StringComparer.Ordinal)];
    }

    private static Either<FloeError, Unit> Compare(ParquetTable table, JsonElement found)
    {
        Assert.Equal(
            table.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)),
            found.GetProperty("metadata")
                .EnumerateObject()
                .Select(p => (p.Name, p.Value.GetString()!))
                .OrderBy(pair => pair.Name, StringComparer.Ordinal));
        JsonProperty[] columns = [.. found.GetProperty("columns").EnumerateObject()];
        Assert.Equal(table.Columns.Map(c => c.Name), columns.Select(c => c.Name));
        Either<FloeError, Unit> all = unit;
        foreach (JsonProperty column in columns)
        {
            all = all.Bind(_ => table.Column(column.Name).Map(expected =>
            {
                Assert.Null(FoundColumns.Difference(expected, column.Value));
                return unit;
            }));
        }

        return all;
    }

    /// <summary>Installs the packages where they are not yet, and says why that was not possible.</summary>
    private static string? Installed()
    {
        string installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
        if (File.Exists(installed)
            && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            return OtherProgram.Run("node", ["--version"], Folder).Code == 0 ? null : "node is not installed";
        }

        (int code, _, string error) = OtherProgram.Run("npm", ["ci", "--no-audit", "--no-fund"], Folder);
        return code == 0 ? null : $"npm ci in tests/interop did not succeed ({OtherProgram.LastLine(error)}); install npm, or run it where "
            + $"its registry can be reached";
    }
}
