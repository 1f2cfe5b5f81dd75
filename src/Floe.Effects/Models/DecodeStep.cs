using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>Where one new token a sequence goes in a <see cref="KvCache"/>, and which slots it may look at; the same for every
/// layer.</summary>
internal sealed class DecodeStep : IDisposable
{
    private readonly Dictionary<(int Window, int Lead), Tensor> masks = [];
    private readonly long[] at;
    private readonly int groups;

    private DecodeStep(long slots, Tensor index, long[] at, int groups) =>
        (Slots, Index, this.at, this.groups) = (slots, index, at, groups);

    /// <summary>Slots that any sequence uses, the new tokens included.</summary>
    internal long Slots { get; }

    /// <summary>[B, G, 1, hd] int64, the slot of each sequence's new token.</summary>
    internal Tensor Index { get; }

    /// <summary>[B·G, 1, P + Slots], additive: 0 at the slots that a layer of window W may look at.</summary>
    /// <param name="window">W; 0 for all.</param>
    /// <param name="lead">P keys of virtual tokens before the slots.</param>
    internal Tensor Mask(int window, int lead = 0)
    {
        if (!masks.TryGetValue((window, lead), out Tensor? mask))
        {
            using DisposeScope scope = NewDisposeScope();
            mask = tensor(Seen(at, (int)Slots, window, lead), [at.Length, 1, lead + Slots]).repeat_interleave(groups, 0).to(Index.device)
                .DetachFromDisposeScope();
            masks.Add((window, lead), mask);
        }

        return mask;
    }

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
        return new DecodeStep(slots, index.to(model.Device).DetachFromDisposeScope(), at, groups);
    }

    private static float[] Seen(long[] lengths, int cached, int window, int lead)
    {
        int slots = lead + cached;
        long[] at = [.. lengths.Select(length => lead + length)];
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
