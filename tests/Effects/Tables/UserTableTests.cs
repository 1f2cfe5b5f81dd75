using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Tables;

/// <summary>Tables that a person made: what is accepted, and the one message where something is wrong.</summary>
public class UserTableTests
{
    private static readonly ModelShape Shape = new(2, 2, 0, 3, 0, 0);

    [Fact]
    public void RowsInAnyOrderAreOneTable()
    {
        Rows straight = Rows.Of(Shape), shuffled = straight.Permuted(new Random(3));
        Assert.Equal(Errors.Value(straight.Read()).Sums, Errors.Value(shuffled.Read()).Sums);
        Assert.Equal(Shape, Errors.Value(shuffled.Read()).Sums.Shape);
    }

    [Fact]
    public void FisherAloneIsReadAndSaysSo()
    {
        ScoreFile read = Errors.Value((Rows.Of(Shape) with { Taylor = null }).Read());
        Assert.Contains(read.Notes, note => note.Contains("every unit costs 1", StringComparison.Ordinal));
        Assert.False(Errors.Value(read.Sums.ToTable()).HasCosts);
    }

    [Theory]
    [InlineData("fisher", 4, double.NaN)]
    [InlineData("fisher", 7, -1e-9)]
    [InlineData("fisher", 0, double.PositiveInfinity)]
    [InlineData("taylor", 9, double.NegativeInfinity)]
    public void AWrongScoreIsNamedByRowAndColumn(string column, int row, double score)
    {
        Rows rows = Rows.Of(Shape);
        (column == "fisher" ? rows.Fisher : rows.Taylor!)[row] = score;
        Named(rows, $"column `{column}`, row {row}");
    }

    [Fact]
    public void AnUnknownComponentIsNamed()
    {
        Rows rows = Rows.Of(Shape);
        rows.Components[3] = "haed";
        Assert.Contains("haed", Named(rows, "column `component`, row 3").Found, StringComparison.Ordinal);
    }

    [Fact]
    public void ANegativeLayerIsNamed()
    {
        Rows rows = Rows.Of(Shape);
        rows.Layers[6] = -1;
        Named(rows, "column `layer`, row 6");
    }

    [Fact]
    public void ADoubledUnitIsNamedWithBothRows()
    {
        Rows rows = Rows.Of(Shape);
        rows.Indices[8] = 0;
        FloeError.BadData error = Named(rows, "column `index`, row 8");
        Assert.Contains("layer 1, neuron 0 again, first in row 7", error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void AHoleIsNamed()
    {
        Rows rows = Rows.Of(Shape).Without(6);
        Assert.Contains("layer 1, head 1", Named(rows, "column `index`, row 5").Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunawayIndexCostsNothing()
    {
        Rows rows = Rows.Of(Shape);
        rows.Indices[9] = int.MaxValue - 1;
        rows.Layers[9] = int.MaxValue - 1;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsType<FloeError.BadData>(Errors.Of(rows.Read()));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 32 << 20);
    }

    [Fact]
    public void AnEmptyTableIsNamed() =>
        Assert.Equal("0 rows", Assert.IsType<FloeError.BadData>(Errors.Of(Rows.Of(Shape).Keeping(0).Read())).Found);

    [Fact]
    public void AMissingColumnIsNamedWithThoseThatAreThere()
    {
        using Scratch scratch = new();
        Assert.True(TableWriter.Write(scratch.At("t.parquet"), [], [.. UnitKeys.Columns(Shape)]).IsRight);
        FloeError.BadData error = Assert.IsType<FloeError.BadData>(Errors.Of(ScoreTables.Read(scratch.At("t.parquet"))));
        Assert.Equal("a column `fisher`", error.Expected);
        Assert.Contains("`component`", error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void WholeNumbersStoredAsDoublesAreAccepted()
    {
        using Scratch scratch = new();
        Rows rows = Rows.Of(Shape);
        OutputColumn[] columns = rows.Columns();
        columns[0] = new OutputColumn.Doubles("layer", rows.Layers.Select(l => (double)l).ToArray());
        columns[2] = new OutputColumn.OptionalDoubles("index", rows.Indices.Select(i => (double?)i).ToArray());
        Assert.True(TableWriter.Write(scratch.At("t.parquet"), [], columns).IsRight);
        Assert.Equal(Errors.Value(rows.Read()).Sums, Errors.Value(ScoreTables.Read(scratch.At("t.parquet"))).Sums);
        columns[2] = new OutputColumn.OptionalDoubles("index", rows.Indices.Select((i, row) => row == 5 ? 0.5 : (double?)i).ToArray());
        Assert.True(TableWriter.Write(scratch.At("t.parquet"), [], columns).IsRight);
        Assert.EndsWith(
            "column `index`, row 5", Assert.IsType<FloeError.BadData>(
                Errors.Of(ScoreTables.Read(scratch.At("t.parquet")))).Where, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingValueIsNamed()
    {
        using Scratch scratch = new();
        Rows rows = Rows.Of(Shape);
        OutputColumn[] columns = rows.Columns();
        columns[3] = new OutputColumn.OptionalDoubles("fisher", rows.Fisher.Select((f, row) => row == 2 ? null : (double?)f).ToArray());
        Assert.True(TableWriter.Write(scratch.At("t.parquet"), [], columns).IsRight);
        FloeError.BadData error = Assert.IsType<FloeError.BadData>(Errors.Of(ScoreTables.Read(scratch.At("t.parquet"))));
        Assert.EndsWith("column `fisher`, row 2", error.Where, StringComparison.Ordinal);
        Assert.Equal("null", error.Found);
    }

    private static FloeError.BadData Named(Rows rows, string where)
    {
        FloeError.BadData error = Assert.IsType<FloeError.BadData>(Errors.Of(rows.Read()));
        Assert.EndsWith(where, error.Where, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        return error;
    }

    private sealed record Rows(int[] Layers, string[] Components, int[] Indices, double[] Fisher, double[]? Taylor)
    {
        public static Rows Of(ModelShape shape)
        {
            UnitId[] units = [.. Enumerable.Range(0, shape.Units).Select(shape.UnitAt)];
            return new Rows(
                [.. units.Select(u => u.Layer)],
                [.. units.Select(u => u.Component == Component.Head ? "head" : "neuron")],
                [.. units.Select(u => u.Index)],
                ScoreTableTests.Random(shape, 1),
                ScoreTableTests.Random(shape, 2));
        }

        public Rows Permuted(Random random)
        {
            int[] order = [.. Enumerable.Range(0, Layers.Length)];
            random.Shuffle(order);
            return Take(order);
        }

        public Rows Without(int row) => Take([.. Enumerable.Range(0, Layers.Length).Where(r => r != row)]);

        public Rows Keeping(int count) => Take([.. Enumerable.Range(0, count)]);

        public OutputColumn[] Columns() =>
        [
            new OutputColumn.Integers("layer", Layers), new OutputColumn.Texts("component", Components),
                new OutputColumn.Integers("index", Indices),
            new OutputColumn.Doubles("fisher", Fisher), .. Taylor is null
                ? System.Array.Empty<OutputColumn>()
                : [new OutputColumn.Doubles("taylor", Taylor)],
        ];

        public Either<FloeError, ScoreFile> Read()
        {
            using Scratch scratch = new();
            Assert.True(TableWriter.Write(scratch.At("t.parquet"), [], Columns()).IsRight);
            return ScoreTables.Read(scratch.At("t.parquet"));
        }

        private Rows Take(int[] rows) => new(
            [.. rows.Select(r => Layers[r])], [.. rows.Select(r => Components[r])], [.. rows.Select(r => Indices[r])],
            [.. rows.Select(r => Fisher[r])], Taylor is null ? null : [.. rows.Select(r => Taylor[r])]);
    }
}
