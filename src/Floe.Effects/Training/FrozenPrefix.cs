using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Floe.Effects.Engine;
using Floe.Effects.Files;
using Floe.Effects.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Training;

/// <summary>
/// What the layers below the lowest adapted one make of each sequence: no training changes it, so it is computed once and serves every
/// epoch, rank and seed. A sequence is always computed alone, so what is kept has the same bits as what would be computed again.
/// </summary>
/// <remarks>Kept in memory up to a number of bytes, beyond that in a file without a name that ends with the process. Tensor functions: call
/// them inside <see cref="TensorEdge"/>.</remarks>
internal sealed class FrozenPrefix : IDisposable
{
    private readonly Decoder model;
    private readonly long memory;
    private readonly bool keeps;
    private readonly Dictionary<string, Kept> kept = new(StringComparer.Ordinal);
    private FileStream? spilled;
    private long held;

    /// <summary>An empty store.</summary>
    /// <param name="model">Frozen weights.</param>
    /// <param name="layer">The lowest adapted layer.</param>
    /// <param name="memory">Most bytes in memory.</param>
    /// <param name="keeps">Whether anything is kept; false computes each sequence again, with the same bits.</param>
    internal FrozenPrefix(Decoder model, int layer, long memory = 1L << 30, bool keeps = true)
    {
        this.model = model;
        this.memory = memory;
        this.keeps = keeps;
        Layer = layer;
    }

    /// <summary>The lowest adapted layer.</summary>
    public int Layer { get; }

    /// <summary>Tokens that were run through the frozen layers.</summary>
    public long Computed { get; private set; }

    /// <summary>Tokens that did not have to be.</summary>
    public long Reused { get; private set; }

    /// <summary>Bytes kept in memory, and in the file.</summary>
    public (long Memory, long Disk) Bytes => (held, spilled?.Length ?? 0);

    /// <summary>The stream of a batch before <see cref="Layer"/>, to be freed by the pass that goes on from it.</summary>
    /// <param name="batch">The batch.</param>
    internal PassStart Before(TokenBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        List<Tensor> parts = [];
        int offset = 0;
        foreach (int length in batch.Lengths.Span)
        {
            parts.Add(Of(batch.Ids.Slice(offset, length)));
            offset += length;
        }

        return new PassStart(Layer, (parts.Count == 1 ? parts[0] : cat(parts, 0)).MoveToOuterDisposeScope());
    }

    /// <summary>Frees the memory and the file.</summary>
    public void Dispose()
    {
        kept.Clear();
        spilled?.Dispose();
    }

    // [length, d].
    private Tensor Of(ReadOnlyMemory<int> ids)
    {
        string key = Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(ids.Span)));
        if (kept.TryGetValue(key, out Kept found))
        {
            Reused += ids.Length;
            return Tensors.Of(found.Values ?? Read(found), ids.Length, model.Config.Hidden).to(model.Device);
        }

        Computed += ids.Length;
        using BatchTensors tensors = BatchTensors.Of(
            model, TokenBatch.Of(model.Config, [ids]).IfLeft(error => throw new System.Diagnostics.UnreachableException(error.Message)));
        Tensor hidden = DecoderPass.Run(model, tensors, end: Layer);
        if (keeps)
        {
            kept[key] = Keep(Tensors.Floats(hidden));
        }

        return hidden;
    }

    private Kept Keep(float[] values)
    {
        long bytes = (long)values.Length * sizeof(float);
        if (held + bytes <= memory)
        {
            held += bytes;
            return new Kept(values, 0, values.Length);
        }

        spilled ??= TemporaryFiles.Nameless();
        long at = spilled.Length;
        spilled.Position = at;
        spilled.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        return new Kept(null, at, values.Length);
    }

    private float[] Read(Kept place)
    {
        float[] values = new float[place.Count];
        spilled!.Position = place.Offset;
        spilled.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private readonly record struct Kept(float[]? Values, long Offset, int Count);
}
