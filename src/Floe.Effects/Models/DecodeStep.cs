using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>Where one new token a sequence goes in a <see cref="KvCache"/>, and which slots it may look at; the same for every
/// layer.</summary>
internal sealed class DecodeStep : IDisposable
{
    private readonly Dictionary<int, Tensor> masks;

    private DecodeStep(long slots, Tensor index, Dictionary<int, Tensor> masks) => (Slots, Index, this.masks) = (slots, index, masks);

    /// <summary>Slots that any sequence uses, the new tokens included.</summary>
    internal long Slots { get; }

    /// <summary>[B, G, 1, hd] int64, the slot of each sequence's new token.</summary>
    internal Tensor Index { get; }

    /// <summary>[B·G, 1, Slots], additive: 0 at the slots that a layer of window W may look at.</summary>
    /// <param name="window">W; 0 for all.</param>
    internal Tensor Mask(int window) => masks[window];

    /// <summary>The step that appends one token to every sequence of a cache.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="cache">The cache before the step.</param>
    public static DecodeStep Of(Decoder model, KvCache cache)
    {
        using DisposeScope scope = NewDisposeScope();
        (int groups, int width) = (model.Config.KvHeads, model.Config.HeadDim);
        long[] at = [.. cache.Lengths.Select(length => (long)length)];
        int slots = (int)at.Max() + 1;
        Tensor index = tensor(at, [at.Length, 1, 1, 1]).expand(at.Length, groups, 1, width).contiguous();
        Dictionary<int, Tensor> masks = model.Layers.Select(layer => layer.Window).Distinct().ToDictionary(
            window => window,
            window =>
                tensor(Seen(at, slots, window), [at.Length, 1, slots]).repeat_interleave(groups, 0).to(model.Device)
                    .DetachFromDisposeScope());
        return new DecodeStep(slots, index.to(model.Device).DetachFromDisposeScope(), masks);
    }

    private static float[] Seen(long[] at, int slots, int window)
    {
        float[] mask = new float[at.Length * slots];
        for (int b = 0; b < at.Length; b++)
        {
            Span<float> row = mask.AsSpan(b * slots, slots);
            row[((int)at[b] + 1)..].Fill(BatchTensors.Masked);
            if (window > 0 && at[b] + 1 > window)
            {
                row[..(int)(at[b] + 1 - window)].Fill(BatchTensors.Masked);
            }
        }

        return mask;
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Index.Dispose();
        foreach (Tensor mask in masks.Values)
        {
            mask.Dispose();
        }
    }
}
