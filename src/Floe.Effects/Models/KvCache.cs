using Floe.Effects.Formats;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>Keys and values of one layer for several sequences, each sequence from slot 0.</summary>
/// <param name="Keys">[B, G, capacity, hd].</param>
/// <param name="Values">[B, G, capacity, hd].</param>
internal sealed record LayerCache(Tensor Keys, Tensor Values);

/// <summary>The key/value cache of a batch of sequences. Sequences may be of different lengths; nothing is padded on the left.</summary>
internal sealed class KvCache : IDisposable
{
    private readonly int[] lengths;

    private KvCache(IReadOnlyList<LayerCache> layers, int sequences, int capacity) =>
        (Layers, lengths, Capacity) = (layers, new int[sequences], capacity);

    /// <summary>One entry a layer.</summary>
    public IReadOnlyList<LayerCache> Layers { get; }

    /// <summary>Slots a sequence.</summary>
    public int Capacity { get; }

    /// <summary>Slots filled of each sequence.</summary>
    public IReadOnlyList<int> Lengths => lengths;

    /// <summary>An empty cache.</summary>
    /// <param name="model">The decoder that will fill it.</param>
    /// <param name="sequences">B.</param>
    /// <param name="capacity">Longest sequence, its new tokens included.</param>
    public static KvCache Empty(Decoder model, int sequences, int capacity)
    {
        DecoderConfig config = model.Config;
        long[] shape = [sequences, config.KvHeads, capacity, config.HeadDim];
        return new KvCache([.. Enumerable.Range(0, config.Layers).Select(_ => new LayerCache(New(), New()))], sequences, capacity);

        Tensor New() => zeros(shape, ScalarType.Float32, model.Device).DetachFromDisposeScope();
    }

    /// <summary>Counts the tokens of a batch that every layer has stored.</summary>
    /// <param name="batch">The batch that was read.</param>
    internal void Advance(TokenBatch batch)
    {
        for (int b = 0; b < lengths.Length; b++)
        {
            lengths[b] = batch.Starts.Span[b] + batch.Lengths.Span[b];
        }
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (LayerCache layer in Layers)
        {
            layer.Keys.Dispose();
            layer.Values.Dispose();
        }
    }
}
