using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Tables;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Runs;

/// <summary>Masks are tuned by stored equations of the same model, adapter and stream, with the file's λ, and by no others.</summary>
public sealed class StoredEquationsTests : IDisposable
{
    private const double Usual = 1e-6;

    private static readonly ModelShape Shape = new(2, 3, 1, 5, 8, 4);

    private static readonly TableMetadata Collected = new(
        Shape: Shape, Model: new ModelIdentity(new string('a', 64), "small"), Data: "d", Adapter: "lora on 2 layers");

    private readonly Scratch scratch = new();

    public StoredEquationsTests() => Scores(Collected);

    public static TheoryData<string, TableMetadata> Others => new()
    {
        { "floe.model", Collected with { Model = new ModelIdentity(new string('b', 64), "small") } },
        { "floe.shape", Collected with { Shape = Shape with { Layers = 3 } } },
        { "floe.shape", Collected with { Shape = Shape with { Neurons = 6 } } },
        { "floe.shape", Collected with { Shape = Shape with { Hidden = 16 } } },
        { "floe.adapter", Collected with { Adapter = "hydra on 2 layers" } },
        { "floe.adapter", Collected with { Adapter = None } },
    };

    public static TheoryData<TableMetadata> Fitting => new()
    {
        Collected,
        Collected with { Model = new ModelIdentity(new string('a', 64), "the same under another name") },
        Collected with { Data = "another text", Seed = 7 },
        Collected with { Shape = Shape with { KvHeads = 0, Hidden = 0, HeadDim = 0 } },
        Collected with { Model = new ModelIdentity("", "small"), Adapter = None },
        new TableMetadata(),
    };

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void TheFilesRidgeIsWhatTuningAdds()
    {
        Write(0.5, NormalStream.Teacher, Collected);
        UnitMasks tuned = Tuned();
        Assert.Equal(Expected(tuned.Binary, 0.5), tuned.Values);
        Assert.NotEqual(Expected(tuned.Binary, Usual), tuned.Values.ToArray());
    }

    [Fact]
    public void EquationsOfTheStudentAreRefusedAndNothingIsWritten()
    {
        Write(Usual, NormalStream.Student, Collected);
        FloeProcess floe = Embedded.Run(
            "select", scratch.At("scores.parquet"), "--tune", scratch.At("normal.parquet"), "--out", scratch.At("out"));
        Assert.Equal((3, ""), (floe.Code, floe.Out));
        Assert.Contains("floe.stream", floe.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.At("out")));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void EquationsOfAnotherModelAreRefused(string key, TableMetadata other)
    {
        Write(Usual, NormalStream.Teacher, other);
        Assert.EndsWith(
            $"metadata {key}", Assert.IsType<FloeError.BadData>(
                Errors.Of(TuneStage.FromStored(scratch.At("normal.parquet"), Selection()))).Where, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Fitting))]
    public void WhatAFileDoesNotSayIsNotHeldAgainstIt(TableMetadata other)
    {
        Write(Usual, NormalStream.Teacher, other);
        UnitMasks tuned = Tuned();
        Assert.Equal(Expected(tuned.Binary, Usual), tuned.Values);
        Scores(TableMetadata.Of(Shape));
        Assert.Equal(tuned.Values, Tuned().Values);
    }

    [Fact]
    public void AComponentOfAnotherModelIsRefusedAndNothingIsWritten()
    {
        Errors.Value(NormalTables.Write(scratch.At("normal.parquet"), add =>
        {
            add(new NormalBlock(9, Component.Head, Equations(Shape.Heads)));
            return unit;
        }, NormalStream.Teacher, Usual, Collected));
        FloeProcess floe = Embedded.Run(
            "select", scratch.At("scores.parquet"), "--tune", scratch.At("normal.parquet"), "--out", scratch.At("out"));
        Assert.Equal((3, ""), (floe.Code, floe.Out));
        Assert.Contains("column `layer`, row group 0", floe.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.At("out")));
    }

    private static double[] Expected(BinaryMasks kept, double ridge) => [.. Enumerable.Range(0, Shape.Layers).SelectMany(layer =>
        new[] { Component.Head, Component.Neuron }.SelectMany(component => Errors.Value(Tuning.Component(
            Equations(
                component == Component.Head ? Shape.Heads : Shape.Neurons), kept.OfComponent(layer, component),
                    new TuningOptions(TuningMode.Teacher, ridge))).Masks))];

    private static NormalEquations Equations(int size) => Errors.Value(NormalEquations.Create(
        [.. Enumerable.Range(0, size).SelectMany(row => Enumerable.Range(row, size - row).Select(column => row == column ? 2.0 : 0.5))],
            new double[size], 0, 5));

    private UnitMasks Tuned()
    {
        UnitMasks masks = Errors.Value(TuneStage.FromStored(scratch.At("normal.parquet"), Selection())).Result.Masks;
        Assert.True(masks.AnyTuned);
        return masks;
    }

    private Selected Selection()
    {
        ScoreFile file = Errors.Value(ScoreTables.Read(scratch.At("scores.parquet")));
        ScoreTable table = Errors.Value(file.Sums.ToTable());
        return new Selected(file, table, LayerStatistics.None(Shape.Layers), Errors.Value(Select.Run(table, new SelectionOptions())));
    }

    private void Scores(TableMetadata metadata) =>
        Errors.Value(ScoreTables.Write(scratch.At("scores.parquet"), ScoreTableTests.Sums(Shape, 3), metadata));

    private void Write(double ridge, NormalStream stream, TableMetadata metadata) =>
        Errors.Value(NormalTables.Write(scratch.At("normal.parquet"), add =>
    {
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            add(new NormalBlock(layer, Component.Head, Equations(Shape.Heads)));
            add(new NormalBlock(layer, Component.Neuron, Equations(Shape.Neurons)));
        }

        return unit;
    }, stream, ridge, metadata));
}
