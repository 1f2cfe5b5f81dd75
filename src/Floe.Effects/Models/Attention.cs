using Floe.Effects.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>
/// Causal grouped-query attention, softmax(s·q kᵀ) v with s = 1/√hd unless the model says otherwise; scores x are capped to c·tanh(x/c)
/// where it has a cap. The R = H/G query heads of a group are stacked over its one key head, so keys and values are never repeated.
/// </summary>
internal static class Attention
{
    /// <summary>Attention of sequences laid end to end, each over itself.</summary>
    /// <param name="q">[T, H, hd].</param>
    /// <param name="k">[T, G, hd].</param>
    /// <param name="v">[T, G, hd].</param>
    /// <param name="layer">Scale, cap and window.</param>
    /// <param name="batch">Where sequences end.</param>
    /// <param name="prefix">What stands before each sequence; null for nothing.</param>
    /// <returns>[T, H·hd].</returns>
    public static Tensor Causal(Tensor q, Tensor k, Tensor v, LayerWeights layer, BatchTensors batch, PrefixRows? prefix = null)
    {
        if (batch.Uniform)
        {
            return Equal(q, k, v, layer, batch, prefix, batch.Lengths.Length, batch.Lengths[0]);
        }

        Tensor[] qs = q.split(batch.Lengths, 0);
        Tensor[] ks = k.split(batch.Lengths, 0);
        Tensor[] vs = v.split(batch.Lengths, 0);
        return cat([.. batch.Lengths.Select((length, b) => Equal(qs[b], ks[b], vs[b], layer, batch, prefix, 1, length))], 0);
    }

    /// <summary>Attention of one new token a sequence over everything that the cache holds, the token included.</summary>
    /// <param name="q">[B, H, hd].</param>
    /// <param name="cache">Keys and values; the new token's are already in it.</param>
    /// <param name="layer">Scale, cap and window.</param>
    /// <param name="step">Which slots count.</param>
    /// <param name="prefix">What stands before each sequence; null for nothing.</param>
    /// <returns>[B, H·hd].</returns>
    public static Tensor Cached(Tensor q, LayerCache cache, LayerWeights layer, DecodeStep step, PrefixRows? prefix = null)
    {
        (long sequences, long heads, long width) = (q.size(0), q.size(1), q.size(2));
        long groups = cache.Keys.size(1);
        Tensor queries = q.reshape(sequences * groups, heads / groups, width);
        Tensor keys = cache.Keys.narrow(2, 0, step.Slots).reshape(sequences * groups, step.Slots, width);
        Tensor values = cache.Values.narrow(2, 0, step.Slots).reshape(sequences * groups, step.Slots, width);
        return Weighted(
            queries, After(prefix?.Keys, keys, sequences), After(prefix?.Values, values, sequences),
            step.Mask(layer.Window, (int)(prefix?.Count ?? 0)), layer.Config).reshape(sequences, heads * width);
    }

    // [B·G, P + S, hd] of rows [P, G·hd] and [B·G, S, hd].
    private static Tensor After(Tensor? rows, Tensor own, long sequences)
    {
        if (rows is null)
        {
            return own;
        }

        (long groups, long width) = (own.size(0) / sequences, own.size(2));
        Tensor first = rows.view(1, rows.size(0), groups, width).permute(0, 2, 1, 3).expand(sequences, groups, rows.size(0), width);
        return cat([first.reshape(sequences * groups, rows.size(0), width), own], 1);
    }

    private static Tensor Equal(
        Tensor q, Tensor k, Tensor v, LayerWeights layer, BatchTensors batch, PrefixRows? prefix, long sequences, long length)
    {
        (long heads, long groups, long width) = (q.size(1), k.size(1), q.size(2));
        return batch.Device.type == DeviceType.CUDA && prefix is null && IsPlain(layer, length)
            ? Fused(q, k, v, sequences, length)
            : Weighted(
                    Stacked(q, heads / groups), After(prefix?.Keys, Stacked(k, 1), sequences),
                    After(prefix?.Values, Stacked(v, 1), sequences),
                    batch.Causal(length, layer.Window, prefix?.Count ?? 0), layer.Config)
                .view(sequences, groups, heads / groups, length, width)
                .permute(0, 3, 1, 2, 4)
                .reshape(sequences * length, heads * width);

        Tensor Stacked(Tensor x, long repeats) => x
            .view(sequences, length, groups, repeats, width)
            .permute(0, 2, 3, 1, 4)
            .reshape(sequences * groups, repeats * length, width);
    }

    private static Tensor Weighted(Tensor queries, Tensor keys, Tensor values, Tensor mask, DecoderConfig config)
    {
        (double scale, double cap) = (config.AttentionScale, config.AttentionCap);
        Tensor scores = cap == 0
            ? queries.baddbmm(keys.transpose(1, 2), mask, beta: 1f, alpha: (float)scale)
            : queries.bmm(keys.transpose(1, 2)).mul(scale / cap).tanh().mul(cap).add(mask);
        return scores.softmax(-1).bmm(values);
    }

    // What the fused kernel computes.
    private static bool IsPlain(LayerWeights layer, long length) =>
        layer.Config.AttentionCap == 0 && layer.Config.QueryScalar.IsNone && (layer.Window == 0 || layer.Window >= length);

    private static Tensor Fused(Tensor q, Tensor k, Tensor v, long sequences, long length)
    {
        (long heads, long groups, long width) = (q.size(1), k.size(1), q.size(2));
        return nn.functional.scaled_dot_product_attention(Heads(q), Repeated(k), Repeated(v), is_casual: true)
            .permute(0, 2, 1, 3)
            .reshape(sequences * length, heads * width);

        Tensor Heads(Tensor x) => x.view(sequences, length, heads, width).permute(0, 2, 1, 3);
        Tensor Repeated(Tensor x) =>
            Heads(x.unsqueeze(2).expand(x.size(0), groups, heads / groups, width).reshape(x.size(0), heads, width));
    }
}
