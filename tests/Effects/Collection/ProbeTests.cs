using Floe.Domain.Adapters;
using Floe.Domain.Layers;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using Floe.Effects.Training;
using Floe.Tests.Effects.Models;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Collection;

/// <summary>What is found out about a trained adapter's layers, against losses that are computed one set at a time.</summary>
public class ProbeTests
{
    private static readonly AdapterPlan Plan = new(new AdapterKind.Hydra(), Array(Projection.Gate, Projection.Down, Projection.Output),
        Array(new LayerAdapter(0, 2, 2), new LayerAdapter(1, 2, 2), new LayerAdapter(2, 2, 2)), 8, 0.0);

    private static readonly int[] Lengths = [9, 5, 12, 7, 16, 6];

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void AblationIsTheRiseOfTheLossWithOneLayerOff(int microBatch) => WithAdapters((model, adapters) =>
    {
        LayerStatistics found = Columns(model, adapters, microBatch, LayerProbe.Ablate);
        double whole = Loss(model, adapters, [0, 1, 2]);
        double[] expected = [
            Loss(model, adapters, [1, 2]) - whole, Loss(model, adapters, [0, 2]) - whole, Loss(model, adapters, [0, 1]) - whole];
        Expected.CloseToLargest("ablate", expected, TinyDecoder.Right(found.Complete("ablate")).ToArray(), 1e-4);
    });

    [Fact]
    public void EliminationAndAdditionGoTheGreedyWayAndTellItsLosses() => WithAdapters((model, adapters) =>
    {
        LayerStatistics found = Columns(model, adapters, 1000, LayerProbe.Backward, LayerProbe.Forward);
        (double[] backward, double[] losses) = (Column(found, "backward"), Column(found, "backward_loss"));
        int first = Enumerable.Range(0, 3).MinBy(off => Loss(model, adapters, [.. Enumerable.Range(0, 3).Where(l => l != off)]));
        int[] left = [.. Enumerable.Range(0, 3).Where(l => l != first)];
        int second = left.MinBy(off => Loss(model, adapters, [.. left.Where(l => l != off)]));
        int last = left.Single(l => l != second);
        Assert.Equal([0, 1, 2], [backward[first], backward[second], backward[last]]);
        Expected.Close("backward_loss", [Loss(model, adapters, [0, 1, 2]), Loss(model, adapters, left), Loss(model, adapters, [last])],
            [losses[first], losses[second], losses[last]], 1e-5);

        (double[] forward, double[] added) = (Column(found, "forward"), Column(found, "forward_loss"));
        int best = Enumerable.Range(0, 3).MinBy(on => Loss(model, adapters, [on]));
        int next = Enumerable.Range(0, 3).Where(l => l != best).MinBy(on => Loss(model, adapters, [best, on]));
        Assert.Equal([2, 1], [forward[best], forward[next]]);
        Expected.Close(
            "forward_loss", [Loss(model, adapters, [best]), Loss(model, adapters, [best, next])], [added[best], added[next]], 1e-5);
    });

    [Fact]
    public void ProgressiveIsEliminationThatTrainsBetween() => WithAdapters((model, adapters) =>
    {
        LayerStatistics backward = Columns(model, adapters, 1000, LayerProbe.Backward);
        LayerStatistics still = Progressive(model, adapters, rate: 1e-12);
        Assert.Equal(Column(backward, "backward"), Column(still, "progressive"));
        Expected.Close("progressive_loss", Column(backward, "backward_loss"), Column(still, "progressive_loss"), 1e-5);

        LayerStatistics trained = Progressive(model, adapters, rate: 5e-3);
        double[] losses = Column(trained, "progressive_loss"), places = Column(trained, "progressive");
        Assert.Equal([0.0, 1, 2], places.Order());
        Assert.True(losses[System.Array.IndexOf(places, 2.0)] < losses[System.Array.IndexOf(places, 0.0)], string.Join(' ', losses));
    });

    [Fact]
    public void GatesHaveTheSlopeOfTheLossAndTheMeanOfItsSquares() => WithAdapters((model, adapters) =>
    {
        LayerStatistics found = TinyDecoder.Right(GateCollection.Run(
            model, adapters, TinyDecoder.Samples(Lengths), 20, _ => { }, LayerStatistics.None(3)));
        const double Step = 0.02;
        for (int layer = 0; layer < 3; layer++)
        {
            double[] up = SampleLosses(model, adapters, layer, 1 + Step), down = SampleLosses(model, adapters, layer, 1 - Step);
            double[] slopes = [.. up.Zip(down, (u, d) => (u - d) / (2 * Step))];
            Assert.Equal(slopes.Average(), Column(found, "gate")[layer], 5e-3);
            Assert.Equal(slopes.Average(s => s * s), Column(found, GateModel.Curvature(layer))[layer], 1e-2);
        }

        // F does not depend on which samples are computed together.
        LayerStatistics whole = TinyDecoder.Right(
            GateCollection.Run(model, adapters, TinyDecoder.Samples(Lengths), 1000, _ => { }, LayerStatistics.None(3)));
        Expected.CloseToLargest("F", Column(whole, "gate_1"), Column(found, "gate_1"), 1e-4);
        Assert.All(adapters.Parameters, parameter => Assert.True(parameter.grad is null));
    });

    [Fact]
    public void ALayerWithoutAdapterHasNoPlace() => TinyDecoder.With(model =>
    {
        using AdapterSet adapters = TinyDecoder.Right(
            AdapterSets.Create(Plan with { Layers = Array(new LayerAdapter(1, 2, 2)) }, model, 3));
        double[] ablate = Column(Columns(model, adapters, 1000, LayerProbe.Ablate, LayerProbe.Backward), "ablate");
        Assert.Equal([true, false, true], ablate.Select(double.IsNaN));
    });

    private static double[] Column(LayerStatistics statistics, string name) => statistics.Find(name).Match(c => c.ToArray(), () => []);

    private static LayerStatistics Columns(Decoder model, AdapterSet adapters, int microBatch, params LayerProbe[] probes) =>
        TinyDecoder.Right(
        AblationCollection.Run(model, adapters, TinyDecoder.Samples(Lengths), probes, microBatch, _ => { }));

    // The samples are those of the probe, so that training lowers their loss.
    private static LayerStatistics Progressive(Decoder model, AdapterSet adapters, double rate) =>
        TinyDecoder.Right(ProgressiveElimination.Run(
            model, adapters, TinyDecoder.Samples(Lengths),
            TrainingTask.Of(new TrainingOptions(Steps: 20, Batch: 6, LearningRate: rate), TinyDecoder.Samples(Lengths)), _ => { },
            LayerStatistics.None(3)));

    private static double Loss(Decoder model, AdapterSet adapters, int[] working) => TinyDecoder.Right(
        from batch in LossBatch.Mean(model.Config, TinyDecoder.Samples(Lengths))
        from loss in TensorEdge.Run(
            "test", () => Losses(model, new LayerSubset(adapters, working.ToHashSet()), batch).TokenLosses.Average(l => (double)l))
        select loss);

    private static double[] SampleLosses(Decoder model, AdapterSet adapters, int layer, double gate) => TinyDecoder.Right(
        from batch in LossBatch.Mean(model.Config, TinyDecoder.Samples(Lengths))
        from losses in TensorEdge.Run("test", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] gates = [.. Enumerable.Range(0, 3).Select(l => full(batch.Batch.Tokens, 1, l == layer ? gate : 1.0))];
            return Losses(model, new GatedAdapter(adapters, gates), batch)
                .BySequence(batch.Targets, Lengths.Length)
                .Select(s => s.Sum / s.Tokens)
                .ToArray();
        })
        select losses);

    private static HeadLoss Losses(Decoder model, IDecoderAdapter adapter, LossBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        using BatchTensors tensors = BatchTensors.Of(model, batch.Batch);
        return HeadLoss.Of(model, DecoderPass.Run(model, tensors, adapter), batch.Targets, gradient: false);
    }

    private static void WithAdapters(Action<Decoder, AdapterSet> use) => TinyDecoder.With(model =>
    {
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(Plan, model, 3));
        using Generator random = new(5);
        using (no_grad())
        {
            foreach (TorchSharp.Modules.Parameter parameter in adapters.Parameters)
            {
                parameter.uniform_(-0.3, 0.3, random);
            }
        }

        use(model, adapters);
    });
}
