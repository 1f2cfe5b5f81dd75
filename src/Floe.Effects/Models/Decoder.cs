using Floe.Domain.Scores;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>
/// A decoder in memory: frozen weights on one device, the linear ones float32 or bfloat16, norms and biases float32. It computes nothing by
/// itself; see <see cref="DecoderPass"/>, <see cref="DecoderLayer"/> and <see cref="HeadLoss"/>.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
public sealed class Decoder : IDisposable
{
    internal Decoder(
        DecoderConfig config, Device device, Tensor embedding, Tensor head, Tensor finalNorm, IReadOnlyList<LayerWeights> layers)
    {
        (Config, Device, Embedding, Head, FinalNorm, Layers) = (config, device, embedding, head, finalNorm, layers);
        Rotary = Rotary.Of(config);
    }

    /// <summary>What the checkpoint says the decoder is.</summary>
    public DecoderConfig Config { get; }

    /// <summary>Where the weights are.</summary>
    public Device Device { get; }

    /// <summary>How the linear weights lie in memory and are multiplied.</summary>
    public WeightType Weights => Embedding.dtype == ScalarType.BFloat16 ? WeightType.BFloat16 : WeightType.Float32;

    /// <summary>[V, d], the token embedding.</summary>
    public Tensor Embedding { get; }

    /// <summary>[V, d], the output head; the same tensor as <see cref="Embedding"/> where the checkpoint ties them.</summary>
    public Tensor Head { get; }

    /// <summary>[d], the last RMSNorm.</summary>
    public Tensor FinalNorm { get; }

    /// <summary>The L layers.</summary>
    internal IReadOnlyList<LayerWeights> Layers { get; }

    /// <summary>How positions turn q and k.</summary>
    internal Rotary Rotary { get; }

    /// <summary>The numbers that selection depends on.</summary>
    public ModelShape Shape => Config.Shape;

    /// <summary>Number of base weights, a tied head counted once.</summary>
    public long Parameters => Tensors().Sum(t => t.numel());

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors())
        {
            tensor.Dispose();
        }
    }

    private IEnumerable<Tensor> Tensors() =>
        new[] { Embedding, FinalNorm }.Concat(ReferenceEquals(Head, Embedding) ? [] : [Head])
            .Concat(Layers.SelectMany(layer => layer.Tensors));
}
