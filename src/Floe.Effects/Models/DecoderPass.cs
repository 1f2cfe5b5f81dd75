using Floe.Effects.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>A residual stream to go on from.</summary>
/// <param name="Layer">The next layer.</param>
/// <param name="Hidden">[T, d], the stream before it.</param>
internal readonly record struct PassStart(int Layer, Tensor Hidden);

/// <summary>
/// The decoder from token ids to the last layer's output. Layers below the lowest adapted or masked one run without a graph, so they take
/// no part in the backward pass.
/// </summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal static class DecoderPass
{
    /// <summary>Runs all layers.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="batch">The batch on the model's device.</param>
    /// <param name="adapters">Adapter modules; null for the base model.</param>
    /// <param name="masks">Masks of a layer; null masks nothing.</param>
    /// <param name="training">Whether dropout is on.</param>
    /// <param name="cache">Filled with the batch's keys and values; requires that gradients are off.</param>
    /// <param name="observe">Called with (l, residual stream before layer l), l = 0 … L; the tensor is freed afterwards.</param>
    /// <param name="start">Where to go on from in place of the embedding; its tensor is freed.</param>
    /// <param name="end">The layer to stop before; all are run without it.</param>
    /// <returns>[T, d] before the final norm, or before layer <paramref name="end"/>; in the caller's dispose scope.</returns>
    public static Tensor Run(
        Decoder model,
        BatchTensors batch,
        IDecoderAdapter? adapters = null,
        Func<int, LayerMasks?>? masks = null,
        bool training = false,
        KvCache? cache = null,
        Action<int, Tensor>? observe = null,
        PassStart? start = null,
        int? end = null)
    {
        using DisposeScope scope = NewDisposeScope();
        if (adapters?.Embeddings is { } virtuals && (start?.Layer ?? 0) == 0 && batch.Batch.Starts.Span[0] == 0)
        {
            long lead = virtuals.size(0);
            using BatchTensors led = BatchTensors.Of(model, batch.Batch.Led((int)lead));
            Tensor[] own = (start?.Hidden ?? Embed(model, batch)).split(batch.Lengths, 0);
            Tensor all = cat([.. own.SelectMany(rows => (Tensor[])[virtuals, rows])], 0);
            Tensor[] done = Layers(model, led, adapters, masks, training, cache, observe, new PassStart(0, all), end)
                .split([.. batch.Lengths.SelectMany(length => (long[])[lead, length])], 0);
            return cat([.. done.Where((_, i) => i % 2 == 1)], 0).MoveToOuterDisposeScope();
        }

        return Layers(model, batch, adapters, masks, training, cache, observe, start, end).MoveToOuterDisposeScope();
    }

    private static Tensor Layers(
        Decoder model, BatchTensors batch, IDecoderAdapter? adapters, Func<int, LayerMasks?>? masks, bool training, KvCache? cache,
        Action<int, Tensor>? observe, PassStart? start, int? end)
    {
        using DisposeScope scope = NewDisposeScope();
        using DecodeStep? step = cache is not null && batch.Batch.Starts.Span[0] > 0 ? DecodeStep.Of(model, cache) : null;
        int lowest = masks is null ? adapters?.LowestLayer ?? model.Layers.Count : 0;
        Tensor x = start?.Hidden ?? Embed(model, batch);
        int last = end ?? model.Layers.Count;
        for (int l = start?.Layer ?? 0; l < last; l++)
        {
            observe?.Invoke(l, x);
            LayerContext context = new(batch, adapters?.Layer(l), masks?.Invoke(l), training, cache?.Layers[l], step);
            Tensor next;
            using (set_grad_enabled(is_grad_enabled() && l >= lowest))
            {
                next = DecoderLayer.Forward(model.Layers[l], x, context);
            }

            x.Dispose();
            x = next;
        }

        observe?.Invoke(last, x);
        cache?.Advance(batch.Batch);
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Embeds the batch's tokens.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="batch">The batch.</param>
    /// <returns>[T, d], outside any graph.</returns>
    public static Tensor Embed(Decoder model, BatchTensors batch)
    {
        using IDisposable frozen = no_grad();
        return Lookup(model, batch);
    }

    /// <summary>The same with a graph where the embedding is trained.</summary>
    internal static Tensor Lookup(Decoder model, BatchTensors batch)
    {
        Tensor rows = model.Embedding.index_select(0, batch.Ids).to(ScalarType.Float32);
        return model.Config.EmbeddingScale == 1 ? rows : rows.mul(model.Config.EmbeddingScale);
    }

    /// <summary>Logits of some rows.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="hidden">[T, d] of <see cref="Run"/>.</param>
    /// <param name="rows">Rows wanted; null for all.</param>
    /// <returns>[rows, V].</returns>
    public static Tensor Logits(Decoder model, Tensor hidden, ReadOnlyMemory<int>? rows = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor chosen = rows is { } some ? hidden.index_select(0, Index(model, some.Span)) : hidden;
        Tensor normed = DecoderLayer.RmsNorm(chosen, model.FinalNorm, model.Config);
        return Capped(FrozenLinear.Apply(normed, model.Head), model.Config.LogitCap).MoveToOuterDisposeScope();
    }

    /// <summary>c·tanh(z/c), and z itself for c = 0.</summary>
    internal static Tensor Capped(Tensor logits, double cap) => cap == 0 ? logits : logits.div(cap).tanh().mul(cap);

    internal static Tensor Index(Decoder model, ReadOnlySpan<int> values)
    {
        long[] wide = new long[values.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return tensor(wide, [wide.Length]).to(model.Device);
    }
}
