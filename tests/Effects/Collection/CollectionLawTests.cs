using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Models;
using Floe.Tests.Effects.Models;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Collection;

/// <summary>What collection must give on any decoder, on one of random weights.</summary>
public class CollectionLawTests
{
    private static readonly AdapterPlan Plan = new(new AdapterKind.Hydra(), Array(Projection.Gate, Projection.Down, Projection.Output),
        Array(new LayerAdapter(0, 2, 2), new LayerAdapter(1, 2, 2), new LayerAdapter(2, 2, 2)), 8, 0.0);

    private static readonly int[] Lengths = [9, 5, 12, 7, 16, 6];

    [Fact]
    public void FisherDoesNotDependOnWhatIsComputedTogether() => WithAdapters((model, adapters) =>
    {
        double[] Fisher(int tokens) => TinyDecoder.Right(FisherCollection.Run(
            model, adapters, TinyDecoder.Samples(Lengths), new FisherOptions(MicroBatchTokens: tokens)))[0].Fisher.Rounded.ToArray();
        Expected.CloseToLargest("Fisher", Fisher(1), Fisher(1000), 1e-5);
    });

    [Fact]
    public void ShardsOfFisherMergeIntoTheWholeExactly() => WithAdapters((model, adapters) =>
    {
        IReadOnlyList<ScoreSums> Run(int shards) => TinyDecoder.Right(FisherCollection.Run(
            model, adapters, TinyDecoder.Samples(Lengths), new FisherOptions(Shards: shards, MicroBatchTokens: 20)));
        IReadOnlyList<ScoreSums> four = Run(4);
        Assert.Equal(4, four.Count);
        Assert.Equal(Lengths.Length, four.Sum(shard => shard.FisherCounts[0]));
        Assert.Equal(Run(1)[0], TinyDecoder.Right(ScoreSums.Merge(four)));
    });

    [Fact]
    public void TheAncestorsFormSquaresTheMeanGradientOfABatch() => WithAdapters((model, adapters) =>
    {
        List<float[]> rows = [];
        ScoreSums found = TinyDecoder.Right(FisherCollection.Run(model, adapters, TinyDecoder.Samples(Lengths),
            new FisherOptions(AncestorBatch: 4), (_, row, _) => rows.Add(row.ToArray())))[0];
        double Square(int unit, IEnumerable<float[]> batch) => Math.Pow(batch.Average(row => (double)row[unit]), 2);
        double[] expected = [.. Enumerable.Range(0, model.Shape.Units).Select(u => Square(u, rows.Take(4)) + Square(u, rows.Skip(4)))];
        Expected.CloseToLargest("Fisher", expected, found.Fisher.Rounded, 1e-12);
        Assert.Equal(2, found.FisherCounts[0]);
    });

    [Fact]
    public void TaylorIsThatOfAPlainBackwardPassHoweverItIsCut() => TinyDecoder.With(model =>
    {
        IReadOnlyList<TokenizedSample> samples = TinyDecoder.Samples(Lengths);
        double[] Taylor(int tokens) =>
            TinyDecoder.Right(
                TaylorCollection.Run(model, samples, new TaylorOptions(MicroBatchTokens: tokens))).Sums.Taylor.Rounded.ToArray();
        double[] whole = Taylor(1000);
        Expected.CloseToLargest("Taylor", whole, Taylor(10), 1e-5);
        double[] layers = TinyDecoder.Taylor(model, samples);
        double[] found = [.. Enumerable.Range(0, layers.Length).Select(l =>
            whole.Skip(l * model.Shape.UnitsPerLayer).Take(model.Shape.UnitsPerLayer).Sum())];
        Expected.CloseToLargest("sum of a layer's units", layers, found, 1e-5);
    });

    [Fact]
    public void TaylorOfBatchesIsTheSumOfTheirScores() => TinyDecoder.With(model =>
    {
        IReadOnlyList<TokenizedSample> samples = TinyDecoder.Samples(Lengths);
        ScoreSums cut = TinyDecoder.Right(TaylorCollection.Run(model, samples, new TaylorOptions(Batch: 4))).Sums;
        ScoreSums first = TinyDecoder.Right(TaylorCollection.Run(model, [.. samples.Take(4)], new TaylorOptions())).Sums;
        ScoreSums second = TinyDecoder.Right(TaylorCollection.Run(model, [.. samples.Skip(4)], new TaylorOptions())).Sums;
        Assert.Equal(TinyDecoder.Right(first.Merge(second)), cut);
    });

    [Fact]
    public void StatisticsOfOneSampleRepeatedHaveNoNoise() => TinyDecoder.With(model =>
    {
        TokenizedSample sample = TinyDecoder.Samples(11)[0];
        CollectedStatistics found = TinyDecoder.Right(
            LayerStatisticsCollection.Run(model, [sample, sample, sample], [Projection.Gate, Projection.Value], 2, 8));
        double[] snr = TinyDecoder.Right(found.Layers.Complete("snr")).ToArray();
        Expected.Close("snr", [1, 1, 1], snr, 1e-5);
        Assert.Equal(6, found.Modules.Count);
        double[] gradient = TinyDecoder.Right(found.Layers.Complete("gradient")).ToArray();
        double[] page = TinyDecoder.Right(found.Layers.Complete("page")).ToArray();
        Expected.CloseToLargest("page", [.. gradient.Select(g => 16.0 * 2 / (3 * 20) * g * g)], page, 1e-5);
        Assert.All(TinyDecoder.Right(found.Layers.Complete("activation")).ToArray(), value => Assert.True(value > 0));
        Assert.All(TinyDecoder.Right(found.Layers.Complete("weight_norm")).ToArray(), value => Assert.True(value > 0));
    });

    [Fact]
    public void SnrAndCkaOfDifferentSamplesLieBetweenTheirBounds() => TinyDecoder.With(model =>
    {
        CollectedStatistics found = TinyDecoder.Right(
            LayerStatisticsCollection.Run(model, TinyDecoder.Samples(Lengths), [Projection.Up, Projection.Query], 2, 8));
        Assert.All(TinyDecoder.Right(found.Layers.Complete("snr")).ToArray(), value => Assert.InRange(value, 0.0, 0.999));
        Assert.All(TinyDecoder.Right(found.Layers.Complete("cka")).ToArray(), value => Assert.InRange(value, 1e-6, 1.0));
    });

    private static void WithAdapters(Action<Decoder, AdapterSet> use) => TinyDecoder.With(model =>
    {
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(Plan, model, 3));
        using (no_grad())
        {
            foreach (TorchSharp.Modules.Parameter parameter in adapters.Parameters)
            {
                parameter.uniform_(-0.3, 0.3);
            }
        }

        use(model, adapters);
    });
}
