using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>Where one new token a sequence goes in a <see cref="KvCache"/>, and which slots it may look at; the same for every layer.</summary>
public sealed class DecodeStep : IDisposable
{
    private DecodeStep(long slots, Tensor index, Tensor mask) => (Slots, Index, Mask) = (slots, index, mask);

    /// <summary>Slots that any sequence uses, the new tokens included.</summary>
    internal long Slots { get; }

    /// <summary>[B, G, 1, hd] int64, the slot of each sequence's new token.</summary>
    internal Tensor Index { get; }

    /// <summary>[B·G, 1, Slots], additive.</summary>
    internal Tensor Mask { get; }

    /// <summary>The step that appends one token to every sequence of a cache.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="cache">The cache before the step.</param>
    public static DecodeStep Of(Decoder model, KvCache cache)
    {
        using DisposeScope scope = NewDisposeScope();
        (int groups, int width) = (model.Config.KvHeads, model.Config.HeadDim);
        long[] at = [.. cache.Lengths.Select(length => (long)length)];
        int slots = (int)at.Max() + 1;
        float[] mask = new float[at.Length * slots];
        for (int b = 0; b < at.Length; b++)
        {
            mask.AsSpan((b * slots) + (int)at[b] + 1, slots - (int)at[b] - 1).Fill(BatchTensors.Masked);
        }

        Tensor index = tensor(at, [at.Length, 1, 1, 1]).expand(at.Length, groups, 1, width).contiguous();
        Tensor rows = tensor(mask, [at.Length, 1, slots]).repeat_interleave(groups, 0);
        return new DecodeStep(slots, index.to(model.Device).DetachFromDisposeScope(), rows.to(model.Device).DetachFromDisposeScope());
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Index.Dispose();
        Mask.Dispose();
    }
}
