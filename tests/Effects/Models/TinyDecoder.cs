using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Models;

/// <summary>A decoder of random weights, small enough for laws: grouped-query attention, biases, a head width of its own.</summary>
internal static class TinyDecoder
{
    public static DecoderConfig Config { get; } = new(
        "llama", Vocabulary: 37, Hidden: 20, Layers: 3, Heads: 4, KvHeads: 2, HeadDim: 6, Neurons: 28, MaxPositions: 64,
        RmsNormEpsilon: 1e-5, RopeTheta: 10000, new RopeScaling.None(), TiedEmbeddings: true, AttentionBias: true,
            MlpBias: true) { OutputBias = true };

    /// <summary>Loads the decoder, hands it over, frees it, and asserts that no tensor is left.</summary>
    public static void With(Action<Decoder> use) => With(Config, (_, model) => use(model));

    /// <summary>The same with the widths of <paramref name="config"/>, and where the weights come from.</summary>
    public static void With(DecoderConfig config, Action<IWeightSource, Decoder> use)
    {
        using LiveTensors live = new();
        using Checkpoint checkpoint = new("tiny", config, new RandomWeights(config));
        using Decoder model = Right(DecoderLoading.Load(checkpoint, CPU));
        use(checkpoint.Weights, model);
    }

    /// <summary>Samples of these lengths; the first third of each is prompt.</summary>
    public static IReadOnlyList<TokenizedSample> Samples(params int[] lengths)
    {
        Random random = new(5);
        return [.. lengths.Select(length => new TokenizedSample(
            toArray(Enumerable.Range(0, length).Select(_ => random.Next(Config.Vocabulary))),
            toArray(Enumerable.Range(0, length).Select(p => p > 0 && p >= length / 3))))];
    }

    /// <summary>All logits of a batch, [T, V] in rows.</summary>
    public static double[] Logits(Decoder model, IReadOnlyList<TokenizedSample> samples) => Right(
        from batch in TokenBatch.Of(model.Config, samples)
        from logits in TensorEdge.Run("test", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable frozen = no_grad();
            using BatchTensors tensors = BatchTensors.Of(model, batch);
            return Tensors.Doubles(DecoderPass.Logits(model, DecoderPass.Run(model, tensors)));
        })
        select logits);

    /// <summary>Σ |g ⊙ θ| over the matrices of each layer, from one backward pass through the whole model.</summary>
    public static double[] Taylor(Decoder model, IReadOnlyList<TokenizedSample> samples) => Right(
        from loss in LossBatch.Mean(model.Config, samples)
        from sums in TensorEdge.Run("test", () =>
        {
            using DisposeScope scope = NewDisposeScope();
            using BatchTensors batch = BatchTensors.Of(model, loss.Batch);
            LayerWeights[] leaves = [.. model.Layers.Select(layer => layer with
            {
                Qkv = Leaf(layer.Qkv), Output = Leaf(layer.Output), GateUp = Leaf(layer.GateUp), Down = Leaf(layer.Down),
            })];
            Tensor hidden = leaves.Aggregate(
                DecoderPass.Embed(model, batch), (x, layer) => DecoderLayer.Forward(layer, x, new LayerContext(batch)));
            using HeadLoss head = HeadLoss.Of(model, hidden, loss.Targets, gradient: true);
            hidden.backward([head.Gradient!]);
            return leaves.Select(layer => new[] { layer.Qkv, layer.Output, layer.GateUp, layer.Down }
                .Sum(weight => Tensors.Doubles(weight.grad!.mul(weight).abs()).Sum())).ToArray();
        })
        select sums);

    private static Tensor Leaf(Tensor values) => values.detach().requires_grad_();

    /// <summary>The value, or a failed test with the error's message.</summary>
    public static T Right<T>(Either<FloeError, T> result) => result.IfLeft(error => throw new Xunit.Sdk.XunitException(error.Message));

    /// <summary>The error, or a failed test.</summary>
    public static FloeError Left<T>(Either<FloeError, T> result) => result.Match(
        Right: _ => throw new Xunit.Sdk.XunitException("an error was expected"), Left: error => error);

    /// <summary>The random weights of a decoder.</summary>
    public static IWeightSource Weights(DecoderConfig config) => new RandomWeights(config);

    private sealed class RandomWeights(DecoderConfig config) : IWeightSource
    {
        public IReadOnlyDictionary<string, StoredTensor> Tensors { get; } =
            DecoderLayout.TensorsOf(config).ToDictionary(t => t.Name, t => new StoredTensor(t.Name, "F32", t.Shape));

        public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination)
        {
            Random random = new(name.Aggregate(17, (hash, c) => unchecked((hash * 31) + c)));
            float scale = name.EndsWith("norm.weight", StringComparison.Ordinal)
                ? 0.2f
                : name.EndsWith(".bias", StringComparison.Ordinal)
                ? 0.1f
                : 0.4f;
            float centre = name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1f : 0f;
            foreach (ref float value in destination)
            {
                value = centre + (scale * ((2f * random.NextSingle()) - 1f));
            }

            return unit;
        }

        public void Dispose()
        {
        }
    }
}
