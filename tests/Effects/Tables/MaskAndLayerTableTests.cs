using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Tables;

public class MaskAndLayerTableTests
{
    private static readonly ModelShape Shape = new(6, 4, 2, 17, 64, 16);

    private static readonly ScoreTable Scores = Errors.Value(ScoreTableTests.Sums(Shape, 11).ToTable());

    private static readonly SelectionResult Selection = Errors.Value(Select.Run(Scores, new SelectionOptions()));

    [Fact]
    public void MasksOfASearchAreReadAsWritten()
    {
        using Scratch scratch = new();
        MaskSummary summary = MaskSummary.Of(Selection.Search);
        Assert.True(MaskTables.Write(scratch.At("m.parquet"), Selection.Masks, refined: true, summary, TableMetadata.Of(Shape)).IsRight);
        MaskFile read = Errors.Value(MaskTables.Read(scratch.At("m.parquet")));
        Same(Selection.Masks, read.Masks);
        Assert.True(read.Refined);
        Assert.Equal(Some(summary), read.Summary);
        Assert.Equal(Some(Shape), read.Metadata.Shape);
    }

    [Fact]
    public void TunedMasksKeepTheirValuesAndReasons()
    {
        using Scratch scratch = new();
        double[] tuned = [.. Selection.Masks.OfComponent(2, Component.Neuron).ToArray().Select((m, i) => m * (1.25 + (0.01 * i)))];
        UnitMasks masks = Errors.Value(
            from one in Selection.Masks.With(2, Component.Neuron, tuned, new TuningStatus.Tuned(2.5, 1.25))
            from two in one.With(
                3, Component.Head, Selection.Masks.OfComponent(3, Component.Head), new TuningStatus.Binary(
                    "a mask of 12 exceeds 10", 3.0, 2.0))
            select two);
        Assert.True(
            MaskTables.Write(
                scratch.At("m.parquet"), masks, refined: false, MaskSummary.Of(Selection.Search), TableMetadata.Of(Shape)).IsRight);
        MaskFile read = Errors.Value(MaskTables.Read(scratch.At("m.parquet")));
        Same(masks, read.Masks);
        Assert.False(read.Refined);
    }

    [Fact]
    public void AMaskOnAUnitThatIsNotKeptIsNamed()
    {
        using Scratch scratch = new();
        double[] values = Selection.Masks.Values.ToArray();
        int masked = Selection.Masks.Binary.Kept.IndexOf(false);
        values[masked] = 0.5;
        string[] stages = [.. Enumerable.Repeat("refinement", Shape.Units)];
        Assert.True(TableWriter.Write(scratch.At("m.parquet"), [],
        [
            .. UnitKeys.Columns(Shape), new OutputColumn.Flags("kept", Selection.Masks.Binary.Kept.ToArray()),
            new OutputColumn.Doubles("mask", values), new OutputColumn.Texts("stage", stages),
        ]).IsRight);
        Assert.EndsWith(
            $"column `mask`, row {masked}", Assert.IsType<FloeError.BadData>(
                Errors.Of(MaskTables.Read(scratch.At("m.parquet")))).Where, StringComparison.Ordinal);
    }

    [Fact]
    public void LayersOfASelectionAreReadAsWritten()
    {
        using Scratch scratch = new();
        LayerStatistics statistics = Errors.Value(LayerStatistics.None(Shape.Layers).With("weight_norm", [1, 2, double.NaN, 4, 5, 6]));
        Arr<LayerRow> rows = LayerTables.Rows(Selection, statistics);
        Assert.True(LayerTables.Write(scratch.At("l.parquet"), [.. rows], MaskSource.Tuned, TableMetadata.Of(Shape)).IsRight);
        LayerFile read = Errors.Value(LayerTables.Read(scratch.At("l.parquet")));
        Assert.Equal(rows, read.Rows);
        Assert.Equal(MaskSource.Tuned, read.Source);
        Assert.Equal(Selection.Layers.Chosen, read.Selected);
        Assert.True(read.Rows[2].WeightNorm.IsNone);
    }

    [Fact]
    public void IntervalsAreKeptWhereEveryLayerHasOne()
    {
        using Scratch scratch = new();
        Arr<LayerRow> rows = LayerTables.Rows(Selection, LayerStatistics.None(Shape.Layers))
            .Map(r => r with { Interval = new RankInterval(r.Rank, r.Rank + 2, 0.75) });
        Assert.True(LayerTables.Write(scratch.At("l.parquet"), [.. rows], MaskSource.Binary, TableMetadata.Of(Shape), 0.75).IsRight);
        LayerFile read = Errors.Value(LayerTables.Read(scratch.At("l.parquet")));
        Assert.Equal(rows, read.Rows);
        Assert.Equal(Some(0.75), read.Level);

        // A share of the draws says nothing where a layer has no interval.
        Assert.True(
            LayerTables.Write(
                scratch.At("l.parquet"), [
                    rows[0] with { Interval = None }, .. rows.Skip(1)], MaskSource.Binary, TableMetadata.Of(Shape), 0.75).IsRight);
        LayerFile without = Errors.Value(LayerTables.Read(scratch.At("l.parquet")));
        Assert.True(without.Level.IsNone && without.Rows.ForAll(r => r.Interval.IsNone));
    }

    [Fact]
    public void ALayerTwiceIsNamed()
    {
        using Scratch scratch = new();
        Assert.True(TableWriter.Write(scratch.At("s.parquet"), [], [new OutputColumn.Integers("layer", new[] { 0, 1, 1 })]).IsRight);
        Assert.EndsWith(
            "column `layer`, row 2", Assert.IsType<FloeError.BadData>(
                Errors.Of(StatisticsTables.Read(scratch.At("s.parquet")))).Where, StringComparison.Ordinal);
    }

    [Fact]
    public void StatisticsAreReadAsWrittenAndAnotherColumnIsAPolicy()
    {
        using Scratch scratch = new();
        LayerStatistics statistics = Errors.Value(
            from norm in LayerStatistics.None(4).With("weight_norm", [1, 2, 3, 4])
            from snr in norm.With("snr", [double.NaN, 0.5, 0.25, double.NaN])
            from mine in snr.With("mine", [4, 3, 2, 1])
            select mine);
        Assert.True(StatisticsTables.Write(scratch.At("s.parquet"), statistics, TableMetadata.Of(Shape)).IsRight);
        LayerStatistics read = Errors.Value(StatisticsTables.Read(scratch.At("s.parquet"))).Statistics;
        Assert.Equal(statistics.Names, read.Names);
        foreach (string name in statistics.Names)
        {
            Assert.Equal(Column(statistics, name), Column(read, name));
        }
    }

    [Fact]
    public void ModuleStatisticsAreReadAsWritten()
    {
        using Scratch scratch = new();
        ModuleStatistics statistics = new(
            Array(0, 0, 1, 1), Array("gate_proj", "up_proj", "gate_proj", "up_proj"), Array(
                ("gradient", Array(1.0, 2.0, 3.0, 4.0)), ("mine", Array(4.0, 3.0, 2.0, 1.0))));
        Assert.True(ModuleStatisticsTables.Write(scratch.At("s.parquet"), statistics, TableMetadata.Of(Shape)).IsRight);
        Assert.Equal(statistics, Errors.Value(ModuleStatisticsTables.Read(scratch.At("s.parquet"))).Statistics);
    }

    private static double[] Column(LayerStatistics statistics, string name) =>
        statistics.Find(name).Match(Some: v => v.ToArray(), None: () => []);

    private static void Same(UnitMasks expected, UnitMasks found)
    {
        Assert.Equal(expected.Binary, found.Binary);
        Assert.Equal(expected.Values, found.Values);
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            Assert.Equal(expected.Status(layer, Component.Head), found.Status(layer, Component.Head));
            Assert.Equal(expected.Status(layer, Component.Neuron), found.Status(layer, Component.Neuron));
        }
    }
}
