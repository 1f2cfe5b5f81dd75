using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Tables;

/// <summary>Stored tuning equations come back as they went, and a row group that is not a component of the model is named.</summary>
public sealed class NormalTableTests : IDisposable
{
    private static readonly ModelShape Shape = new(2, 3, 1, 4, 8, 4);

    private static readonly (int Layer, string Component)[] Whole = [(0, "head"), (0, "neuron"), (1, "head"), (1, "neuron")];

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void EquationsAreReadOneComponentAtATime()
    {
        ModelShape large = new(2, 60, 60, 90, 64, 16);
        NormalBlock[] blocks = [
            Block(0, Component.Head, 60), Block(0, Component.Neuron, 90), Block(1, Component.Head, 60), Block(1, Component.Neuron, 90)];
        string path = scratch.At("n.parquet");
        long before = 0;
        Assert.True(NormalTables.Write(path, add =>
        {
            foreach (NormalBlock block in blocks)
            {
                add(block);
                long written = new FileInfo(Assert.Single(Directory.GetFiles(scratch.Folder, ".n.parquet.*"))).Length;
                Assert.True(written > before, "a block that was added is in the file");
                before = written;
            }

            return unit;
        }, NormalStream.Teacher, 1e-4, TableMetadata.Of(large)).IsRight);
        NormalHeader? header = null;
        Arr<NormalBlock> read = Errors.Value(NormalTables.Fold<Arr<NormalBlock>>(
            path,
            large,
            found =>
            {
                header = found;
                return Arr<NormalBlock>.Empty;
            },
            (all, block) => all.Add(block)));
        Assert.Equal(new NormalHeader(TableMetadata.Of(large), NormalStream.Teacher, 1e-4), header);
        Assert.Equal(blocks.Length, read.Count);
        foreach ((NormalBlock expected, NormalBlock found) in blocks.Zip(read))
        {
            Equal(expected, found);
        }
    }

    [Fact]
    public void EquationsThatCannotBeCollectedLeaveNoFile()
    {
        FloeError wrong = new FloeError.BadData("normal equations", "finite sums", "NaN", "Collect them again.");
        Assert.Equal(wrong, Errors.Of(NormalTables.Write(scratch.At("n.parquet"), add =>
        {
            add(Block(0, Component.Head, 4));
            return wrong;
        }, NormalStream.Teacher, 1e-6, TableMetadata.Of(Shape))));
        Assert.Empty(Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void ALayerOutsideTheModelIsNamed() => Refused([.. Whole, (2, "head")], "column `layer`, row group 4", "from 0 to 1", "2");

    [Fact]
    public void ANegativeLayerIsNamed() => Refused([(-1, "head"), .. Whole], "column `layer`, row group 0", "from 0 to 1", "-1");

    [Fact]
    public void AnotherWordForAComponentIsNamed() =>
        Refused([(0, "heads"), .. Whole[1..]], "column `component`, row group 0", "`head` or `neuron`", "`heads`");

    [Fact]
    public void AComponentTwiceIsNamed() =>
        Refused([.. Whole, (1, "head")], "column `component`, row group 4", "in one row group", "row group 2");

    [Fact]
    public void AMissingComponentIsNamed() =>
        Refused(Whole[..3], "columns `layer` and `component`", "2 layers", "none of them with the neurons of layer 1");

    [Fact]
    public void AnotherNumberOfUnitsIsNamed() => Refused(Whole, "column `gram`, row group 1", "10 numbers", "6", neurons: 3);

    [Fact]
    public void ANumberThatIsMissingIsNamed()
    {
        Write(Whole, [], right: row => row == 0 ? null : 0);
        Refused("column `rhs`, row group 0", "finite", "none");
    }

    [Theory]
    [InlineData("floe.stream", "pupil")]
    [InlineData("floe.ridge", "-1")]
    [InlineData("floe.ridge", "NaN")]
    [InlineData("floe.tokens", "1 2 3")]
    [InlineData("floe.target", "0 0 0 zero")]
    public void ADamagedKeyIsNamed(string key, string value)
    {
        Write(Whole, [(key, value)]);
        Refused($"metadata {key}", "", "");
    }

    [Fact]
    public void WhatTheHeaderDoesNotSayIsNone()
    {
        Write(Whole, []);
        Assert.Equal(new NormalHeader(new TableMetadata(), None, None), Errors.Value(NormalTables.Fold(
            scratch.At("n.parquet"), Shape, Right<FloeError, NormalHeader>, (header, _) => header)));
    }

    private void Refused((int Layer, string Component)[] groups, string where, string expected, string found, int neurons = 4)
    {
        Write(groups, [], neurons);
        Refused(where, expected, found);
    }

    private void Refused(string where, string expected, string found)
    {
        FloeError.BadData wrong = Assert.IsType<FloeError.BadData>(
            Errors.Of(NormalTables.Fold<int>(scratch.At("n.parquet"), Shape, _ => 0, (count, _) => count + 1)));
        Assert.EndsWith(where, wrong.Where, StringComparison.Ordinal);
        Assert.Contains(expected, wrong.Expected, StringComparison.Ordinal);
        Assert.Contains(found, wrong.Found, StringComparison.Ordinal);
    }

    private void Write(
        (int Layer, string Component)[] groups, (string Key, string Value)[] metadata, int neurons = 4, Func<int, double?>? right = null)
    {
        Dictionary<string, string> pairs = new()
        {
            ["floe.tokens"] = string.Join(' ', groups.Select(_ => "5")),
            ["floe.target"] = string.Join(' ', groups.Select(_ => "0")),
        };
        metadata.Iter(pair => pairs[pair.Key] = pair.Value);
        Assert.True(TableWriter.Write(scratch.At("n.parquet"), () => [.. pairs.Select(p => (p.Key, p.Value))], add =>
        {
            groups.Iter(group =>
            {
                int size = group.Component == "neuron" ? neurons : Shape.Heads;
                (int Row, int Column)[] places = [
                    .. Enumerable.Range(0, size).SelectMany(row => Enumerable.Range(row, size - row).Select(column => (row, column)))];
                add(
                [
                    new OutputColumn.Integers("layer", places.Select(_ => group.Layer).ToArray()), new OutputColumn.Texts(
                        "component", [.. places.Select(_ => group.Component)]),
                    new OutputColumn.Integers("row", places.Select(p => p.Row).ToArray()), new OutputColumn.Integers(
                        "column", places.Select(p => p.Column).ToArray()),
                    new OutputColumn.Doubles("gram", places.Select(p => p.Row == p.Column ? 2.0 : 0.5).ToArray()),
                    new OutputColumn.OptionalDoubles(
                        "rhs", places.Select(p => p.Row == p.Column ? (right ?? (_ => 0))(p.Row) : null).ToArray()),
                ]);
            });
            return unit;
        }).IsRight);
    }

    private static void Equal(NormalBlock expected, NormalBlock found)
    {
        Assert.Equal((expected.Layer, expected.Component), (found.Layer, found.Component));
        Assert.Equal(expected.Equations.Gram, found.Equations.Gram);
        Assert.Equal(expected.Equations.Right, found.Equations.Right);
        Assert.Equal((expected.Equations.Target, expected.Equations.Tokens), (found.Equations.Target, found.Equations.Tokens));
    }

    private static NormalBlock Block(int layer, Component component, int size)
    {
        Random random = new(layer + size);
        double[] gram = [.. Enumerable.Range(0, size * (size + 1) / 2).Select(_ => random.NextDouble())];
        double[] right = [.. Enumerable.Range(0, size).Select(_ => random.NextDouble())];
        return new NormalBlock(layer, component, Errors.Value(NormalEquations.Create(gram, right, random.NextDouble(), 1000 + layer)));
    }
}
