using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Tables;

public class ScoreTableTests
{
    private static readonly ModelShape Shape = new(3, 4, 2, 9, 64, 16);

    private static readonly TableMetadata Metadata = new(
        Shape: Shape, Seed: 42L, Model: new ModelIdentity(
            new string('a', 64), "größe-135m"), Data: new string('b', 64), Adapter: "hydra r=8");

    [Fact]
    public void WhatIsWrittenIsReadAndTheBytesAreTheSame()
    {
        using Scratch scratch = new();
        ScoreSums sums = Sums(Shape, 7);
        Assert.True(ScoreTables.Write(scratch.At("a.parquet"), sums, Metadata).IsRight);
        Assert.True(ScoreTables.Write(scratch.At("b.parquet"), sums, Metadata).IsRight);
        ScoreFile read = Errors.Value(ScoreTables.Read(scratch.At("a.parquet")));
        Assert.Equal(sums, read.Sums);
        Assert.Equal(Metadata, read.Metadata);
        Assert.Empty(read.Notes);
        Assert.Equal(File.ReadAllBytes(scratch.At("a.parquet")), File.ReadAllBytes(scratch.At("b.parquet")));
    }

    [Fact]
    public void SumsThatNoDoubleHoldsSurviveTheFile()
    {
        using Scratch scratch = new();
        ScoreSums merged = Errors.Value(ScoreSums.Merge([Sums(Shape, 1), Sums(Shape, 2), Sums(Shape, 3), Sums(Shape, 4)]));
        Assert.True(merged.Fisher.Parts > 1, "the sums need a remainder");
        Assert.True(ScoreTables.Write(scratch.At("a.parquet"), merged, Metadata).IsRight);
        Assert.Equal(merged, Errors.Value(ScoreTables.Read(scratch.At("a.parquet"))).Sums);
        ParquetTable.Read(scratch.At("a.parquet"), table =>
        {
            Assert.True(table.Has("fisher_rest1"));
            return Right<FloeError, Unit>(unit);
        });
    }

    [Fact]
    public void SumsWithoutTaylorAreReadWithUnitCosts()
    {
        using Scratch scratch = new();
        ScoreSums sums = Errors.Value(ScoreSums.OfFisher(Shape, Random(Shape, 5), 10));
        Assert.True(ScoreTables.Write(scratch.At("a.parquet"), sums, TableMetadata.Of(Shape)).IsRight);
        ScoreFile read = Errors.Value(ScoreTables.Read(scratch.At("a.parquet")));
        Assert.Contains("every unit costs 1", Assert.Single(read.Notes), StringComparison.Ordinal);
        Assert.False(Errors.Value(read.Sums.ToTable()).HasCosts);
    }

    [Fact]
    public void AFullDiskLeavesNothing() =>
        Assert.IsType<FloeError.Io>(Errors.Of(ScoreTables.Write("/dev/full", Sums(Shape, 1), Metadata)));

    [Fact]
    public void TheTableOfAnotherFormatIsNamed()
    {
        using Scratch scratch = new();
        Assert.True(TableWriter.Write(scratch.At("a.parquet"), [("floe.format", "masks/1")], [.. UnitKeys.Columns(Shape)]).IsRight);
        Assert.Equal("masks/1", Assert.IsType<FloeError.BadData>(Errors.Of(ScoreTables.Read(scratch.At("a.parquet")))).Found);
        Assert.True(TableWriter.Write(scratch.At("a.parquet"), [("floe.format", "scores/2")], [.. UnitKeys.Columns(Shape)]).IsRight);
        Assert.IsType<FloeError.Unsupported>(Errors.Of(ScoreTables.Read(scratch.At("a.parquet"))));
    }

    [Theory]
    [InlineData("{\"layers\":3,\"heads\":4,\"neurons\":-1}")]
    [InlineData("{\"layers\":3}")]
    [InlineData("[1]")]
    [InlineData("not json")]
    [InlineData("{\"layers\":1e99,\"heads\":4,\"neurons\":9}")]
    public void ADamagedShapeIsNamed(string json)
    {
        using Scratch scratch = new();
        Assert.True(
            TableWriter.Write(
                scratch.At("a.parquet"), [("floe.shape", json)], [.. UnitKeys.Columns(Shape), Fisher(Random(Shape, 1))]).IsRight);
        Assert.Contains(
            "floe.shape", Assert.IsType<FloeError.BadData>(
                Errors.Of(ScoreTables.Read(scratch.At("a.parquet")))).Where, StringComparison.Ordinal);
    }

    [Fact]
    public void AShapeThatContradictsTheRowsIsNamedByRow()
    {
        using Scratch scratch = new();
        Assert.True(TableWriter.Write(
            scratch.At("a.parquet"),
            [("floe.shape", ShapeJson.Write(Shape with { Neurons = 5 }))],
            [.. UnitKeys.Columns(Shape), Fisher(Random(Shape, 1))]).IsRight);
        Assert.EndsWith(
            "column `index`, row 9", Assert.IsType<FloeError.BadData>(
                Errors.Of(ScoreTables.Read(scratch.At("a.parquet")))).Where, StringComparison.Ordinal);
    }

    internal static OutputColumn Fisher(double[] values) => new OutputColumn.Doubles("fisher", values);

    internal static ScoreSums Sums(ModelShape shape, int seed) => Errors.Value(
        from fisher in ScoreSums.OfFisher(shape, Random(shape, seed), 128)
        from taylor in ScoreSums.OfTaylor(shape, Random(shape, seed + 1000), 3)
        from sums in fisher.Merge(taylor)
        select sums);

    internal static double[] Random(ModelShape shape, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, shape.Units).Select(_ => Math.Exp(20 * (random.NextDouble() - 0.5)))];
    }
}
