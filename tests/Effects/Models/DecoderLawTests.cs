using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Models;

/// <summary>What must hold for any decoder, on one of random weights.</summary>
public class DecoderLawTests
{
    private static readonly AdapterPlan TopLayer = new(
        new AdapterKind.Hydra(), Array(
            Projection.Query, Projection.Output, Projection.Gate, Projection.Down), Array(new LayerAdapter(2, 2, 3)), 8, 0.0);

    [Fact]
    public void ASequenceHasTheSameLogitsAloneAndInAnyBatch() => TinyDecoder.With(model =>
    {
        IReadOnlyList<TokenizedSample> samples = TinyDecoder.Samples(9, 4, 13);
        double[] together = TinyDecoder.Logits(model, samples);
        double[] apart = [.. samples.SelectMany(sample => TinyDecoder.Logits(model, [sample]))];
        Expected.Close("logits", apart, together, 1e-5);
        IReadOnlyList<TokenizedSample> equal = TinyDecoder.Samples(7, 7);
        double[] one = [.. equal.SelectMany(sample => TinyDecoder.Logits(model, [sample]))];
        Expected.Close("logits", one, TinyDecoder.Logits(model, equal), 1e-5);
    });

    // 512 and 1,024 numbers a row: widths at which rows are laid further apart in memory.
    [Theory]
    [InlineData(1024)]
    [InlineData(1023)]
    public void WeightsHoldWhatTheCheckpointDoes(int neurons) =>
        TinyDecoder.With(TinyDecoder.Config with { Hidden = 512, Neurons = neurons }, (source, model) =>
    {
        using DisposeScope scope = NewDisposeScope();
        float[] expected = new float[512 * neurons];
        TinyDecoder.Right(source.ReadFloat32("model.layers.1.mlp.down_proj.weight", expected));
        Assert.Equal(expected, model.Layers[1].Down.contiguous().data<float>().ToArray());
        TinyDecoder.Right(source.ReadFloat32("model.layers.1.mlp.up_proj.weight", expected));
        Assert.Equal(expected, model.Layers[1].GateUp.narrow(0, neurons, neurons).contiguous().data<float>().ToArray());
    });

    [Fact]
    public void ALaterTokenChangesNoEarlierLogit() => TinyDecoder.With(model =>
    {
        TokenizedSample whole = TinyDecoder.Samples(12)[0];
        TokenizedSample cut = new(toArray(whole.Ids.Take(8)), toArray(whole.Supervised.Take(8)));
        double[] longer = TinyDecoder.Logits(model, [whole]);
        Expected.Close("logits", longer.AsSpan(0, 8 * model.Config.Vocabulary), TinyDecoder.Logits(model, [cut]), 1e-5);
    });

    [Fact]
    public void TheCacheGivesTheTokensOfAWholePassEachStep() => TinyDecoder.With(model =>
    {
        ReadOnlyMemory<int>[] prompts = [.. TinyDecoder.Samples(5, 2, 9).Select(s => (ReadOnlyMemory<int>)s.Ids.ToArray())];
        GenerationOptions options = new(7, System.Collections.Immutable.ImmutableHashSet<int>.Empty);
        IReadOnlyList<IReadOnlyList<int>> answers = TinyDecoder.Right(Generation.Run(model, null, prompts, options));
        for (int p = 0; p < prompts.Length; p++)
        {
            List<int> ids = [.. prompts[p].ToArray()];
            foreach (int next in answers[p])
            {
                double[] logits = TinyDecoder.Logits(model, [LossBatch.AllSupervised(ids.ToArray())])[^model.Config.Vocabulary..];
                Assert.Equal(System.Array.IndexOf(logits, logits.Max()), next);
                ids.Add(next);
            }
        }
    });

    [Fact]
    public void SamplingFollowsItsSeedAndStopsAtAStopToken() => TinyDecoder.With(model =>
    {
        ReadOnlyMemory<int>[] prompts = [new[] { 3, 4, 5 }];
        System.Collections.Immutable.ImmutableHashSet<int> none = [];
        GenerationOptions options = new(12, none, Temperature: 1.5, TopP: 0.9, Seed: 11);
        IReadOnlyList<int> first = TinyDecoder.Right(Generation.Run(model, null, prompts, options))[0];
        Assert.Equal(first, TinyDecoder.Right(Generation.Run(model, null, prompts, options))[0]);
        Assert.NotEqual(first, TinyDecoder.Right(Generation.Run(model, null, prompts, options with { Seed = 12 }))[0]);
        IReadOnlyList<int> stopped = TinyDecoder.Right(
            Generation.Run(model, null, prompts, options with { Stops = none.Add(first[2]) }))[0];
        Assert.Equal(first.Take(first.ToList().IndexOf(first[2]) + 1), stopped);
        IReadOnlyList<int> greedy = TinyDecoder.Right(Generation.Run(model, null, prompts, new GenerationOptions(5, none)))[0];
        Assert.Equal(
            greedy, TinyDecoder.Right(Generation.Run(model, null, prompts, new GenerationOptions(5, none, Temperature: 1, TopP: 1e-6)))[0]);
    });

    [Fact]
    public void TheHeadsGradientIsThatOfAutograd() => TinyDecoder.With(model =>
    {
        LossBatch loss = TinyDecoder.Right(LossBatch.Of(model.Config, TinyDecoder.Samples(9, 6, 150 % 60), LossWeights.SampleMeans, 3));
        TinyDecoder.Right(TensorEdge.Run("test", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using BatchTensors batch = BatchTensors.Of(model, loss.Batch);
            Tensor hidden = DecoderPass.Run(model, batch).requires_grad_();
            Tensor logits = DecoderPass.Logits(model, hidden, loss.Targets.Rows);
            Tensor targets = tensor(System.Array.ConvertAll(loss.Targets.Tokens.ToArray(), t => (long)t));
            Tensor each = nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None);
            Tensor sum = each.mul(tensor(loss.Targets.Weights.ToArray())).sum();
            sum.backward();
            using HeadLoss found = HeadLoss.Of(model, hidden, loss.Targets, gradient: true);
            Expected.Close("loss", [sum.ToSingle()], [found.Loss], 1e-5);
            Expected.CloseInNorm("gradient", Tensors.Doubles(hidden.grad!), Tensors.Doubles(found.Gradient!), 1e-5);
            return unit;
        }));
    });

    [Fact]
    public void LayersBelowTheLowestAdaptedOneHaveNoGraph() => TinyDecoder.With(model =>
    {
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(TopLayer, model, 3));
        TokenBatch batch = TinyDecoder.Right(TokenBatch.Of(model.Config, TinyDecoder.Samples(6)));
        List<bool> graph = [];
        TinyDecoder.Right(TensorEdge.Run("test", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using BatchTensors tensors = BatchTensors.Of(model, batch);
            DecoderPass.Run(model, tensors, adapters, observe: (_, x) => graph.Add(x.requires_grad));
            return unit;
        }));
        Assert.Equal([false, false, false, true], graph);
    });

    [Fact]
    public void AZeroMaskSilencesItsUnitAndLeavesTheAdaptersInputAlone() => TinyDecoder.With(model =>
    {
        using AdapterSet adapters = TinyDecoder.Right(AdapterSets.Create(TopLayer, model, 3));
        TinyDecoder.Right(TensorEdge.Run("test", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable frozen = no_grad();
            foreach (TorchSharp.Modules.Parameter parameter in adapters.Parameters)
            {
                parameter.uniform_(-0.5, 0.5);
            }

            using BatchTensors batch = BatchTensors.Of(model, TinyDecoder.Right(TokenBatch.Of(model.Config, TinyDecoder.Samples(5, 8))));
            LayerWeights layer = model.Layers[2];
            Tensor h = randn(batch.Batch.Tokens, layer.Config.Neurons, ScalarType.Float32);
            Tensor mask = rand(2, layer.Config.Neurons, ScalarType.Float32);
            Tensor rows = cat([mask[0].expand(5, -1), mask[1].expand(8, -1)], 0);
            Tensor Out(LayerMasks? masks, LayerAdapters? with, Tensor input) =>
                DecoderLayer.MlpOutput(layer, input, new LayerContext(batch, with, masks));

            LayerAdapters modules = adapters.Layer(2)!;
            Tensor adapterOnly = Out(null, modules, h).sub(Out(null, null, h));
            Expected.Close("masked frozen path", Tensors.Doubles(Out(null, null, h.mul(rows)).add(adapterOnly)),
                Tensors.Doubles(Out(new LayerMasks(null, mask), modules, h)), 1e-5);
            Expected.Close("masked on both paths", Tensors.Doubles(Out(null, modules, h.mul(rows))),
                Tensors.Doubles(Out(new LayerMasks(null, mask, BothPaths: true), modules, h)), 1e-5);
            return unit;
        }));
    });

    [Fact]
    public void BadTokensAreNamedBeforeAnythingIsComputed()
    {
        ReadOnlyMemory<int>[] Sequences(params int[] ids) => [ids];
        Assert.Contains(
            "sequence 0, token 1", TinyDecoder.Left(TokenBatch.Of(TinyDecoder.Config, Sequences(3, 37))).Message, StringComparison.Ordinal);
        Assert.IsType<FloeError.BadData>(TinyDecoder.Left(TokenBatch.Of(TinyDecoder.Config, Sequences(-1))));
        Assert.IsType<FloeError.BadData>(TinyDecoder.Left(TokenBatch.Of(TinyDecoder.Config, Sequences())));
        Assert.IsType<FloeError.BadData>(TinyDecoder.Left(TokenBatch.Of(TinyDecoder.Config, Sequences(new int[65]))));
        TokenizedSample silent = new(Array(1, 2, 3), Array(false, false, false));
        Assert.IsType<FloeError.BadData>(TinyDecoder.Left(LossBatch.Mean(TinyDecoder.Config, [silent])));
        TokenizedSample outside = new(Array(1, 2, 99), Array(false, false, true));
        Assert.IsType<FloeError.BadData>(TinyDecoder.Left(LossBatch.Mean(TinyDecoder.Config, [outside])));
    }
}
