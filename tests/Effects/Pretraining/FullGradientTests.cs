using Floe.Domain.Training;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Pretraining.Training;
using Floe.Tests.Effects.Models;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Pretraining;

/// <summary>The gradient of all weights, formed by hand in the head, is that of automatic differentiation.</summary>
public sealed class FullGradientTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EveryWeightHasTheGradientOfAutograd(bool tied)
    {
        using LiveTensors live = new();
        DecoderConfig config = TinyDecoder.Config with { TiedEmbeddings = tied };
        LossBatch batch = TinyDecoder.Right(LossBatch.Mean(config, Samples()));
        (double byHand, Dictionary<int, double[]> found) = Gradients(
            config, model => TinyDecoder.Right(FullTraining.Accumulate(model)(Samples(), batch.Targets.Count)));
        (double byGraph, Dictionary<int, double[]> wanted) = Gradients(config, model => Reference(model.Model, batch));
        Assert.Equal(byGraph, byHand, 1e-5);
        Assert.Equal(wanted.Count, found.Count);
        foreach ((int index, double[] expected) in wanted)
        {
            double off = Math.Sqrt(expected.Zip(found[index], (a, b) => (a - b) * (a - b)).Sum());
            double size = Math.Sqrt(expected.Sum(v => v * v));
            Assert.True(size > 0 && off <= 1e-4 * size, $"tensor {index}: relative distance {off / size:E2}");
        }
    }

    [Fact]
    public void FreshWeightsDependOnTheSeedAlone()
    {
        float[] Draw(long seed)
        {
            using TrainableDecoder decoder = TinyDecoder.Right(TrainableDecoder.Fresh(TinyDecoder.Config, seed, CPU));
            return DecoderValues.Of(decoder.Model, "model.layers.1.mlp.up_proj.weight");
        }

        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
        double deviation = Math.Sqrt(Draw(1).Average(v => (double)v * v));
        double small = Math.Sqrt(2.0 / (5.0 * TinyDecoder.Config.Hidden));
        Assert.InRange(deviation, 0.9 * small, 1.1 * small);
    }

    private static IReadOnlyList<TokenizedSample> Samples() => TinyDecoder.Samples(9, 5, 12);

    private static (double Loss, Dictionary<int, double[]> Gradients) Gradients(
        DecoderConfig config, Func<TrainableDecoder, double> backward)
    {
        using TrainableDecoder decoder = TinyDecoder.Right(TrainableDecoder.Fresh(config, 3, CPU));
        double loss = backward(decoder);
        Dictionary<int, double[]> gradients = [];
        for (int at = 0; at < decoder.Parameters.Count; at++)
        {
            using Tensor gradient = decoder.Parameters[at].grad!;
            gradients.Add(at, Tensors.Doubles(gradient));
        }

        return (loss, gradients);
    }

    private static double Reference(Decoder model, LossBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchTensors tensors = BatchTensors.Of(model, batch.Batch);
        Tensor x = model.Embedding.index_select(0, tensors.Ids);
        foreach (LayerWeights layer in model.Layers)
        {
            x = DecoderLayer.Forward(layer, x, new LayerContext(tensors));
        }

        Tensor rows = tensor(Array.ConvertAll(batch.Targets.Rows.ToArray(), row => (long)row));
        Tensor tokens = tensor(Array.ConvertAll(batch.Targets.Tokens.ToArray(), token => (long)token));
        Tensor loss = nn.functional.cross_entropy(DecoderPass.Logits(model, x).index_select(0, rows), tokens);
        loss.backward();
        return loss.ToDouble();
    }
}
