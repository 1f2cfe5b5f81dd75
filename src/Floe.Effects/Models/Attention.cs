using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>
/// Causal grouped-query attention, softmax(q kᵀ/√hd) v. The R = H/G query heads of a group are stacked over its one key head, so keys and values
/// are never repeated.
/// </summary>
internal static class Attention
{
    /// <summary>Attention of sequences laid end to end, each over itself.</summary>
    /// <param name="q">[T, H, hd].</param>
    /// <param name="k">[T, G, hd].</param>
    /// <param name="v">[T, G, hd].</param>
    /// <param name="batch">Where sequences end.</param>
    /// <returns>[T, H·hd].</returns>
    public static Tensor Causal(Tensor q, Tensor k, Tensor v, BatchTensors batch)
    {
        if (batch.Uniform)
        {
            return Equal(q, k, v, batch, batch.Lengths.Length, batch.Lengths[0]);
        }

        Tensor[] qs = q.split(batch.Lengths, 0);
        Tensor[] ks = k.split(batch.Lengths, 0);
        Tensor[] vs = v.split(batch.Lengths, 0);
        return cat([.. batch.Lengths.Select((length, b) => Equal(qs[b], ks[b], vs[b], batch, 1, length))], 0);
    }

    /// <summary>Attention of one new token a sequence over everything that the cache holds, the token included.</summary>
    /// <param name="q">[B, H, hd].</param>
    /// <param name="cache">Keys and values; the new token's are already in it.</param>
    /// <param name="step">Which slots count.</param>
    /// <returns>[B, H·hd].</returns>
    public static Tensor Cached(Tensor q, LayerCache cache, DecodeStep step)
    {
        (long sequences, long heads, long width) = (q.size(0), q.size(1), q.size(2));
        long groups = cache.Keys.size(1);
        Tensor queries = q.reshape(sequences * groups, heads / groups, width);
        Tensor keys = cache.Keys.narrow(2, 0, step.Slots).reshape(sequences * groups, step.Slots, width);
        Tensor values = cache.Values.narrow(2, 0, step.Slots).reshape(sequences * groups, step.Slots, width);
        return Weighted(queries, keys, values, step.Mask).reshape(sequences, heads * width);
    }

    private static Tensor Equal(Tensor q, Tensor k, Tensor v, BatchTensors batch, long sequences, long length)
    {
        (long heads, long groups, long width) = (q.size(1), k.size(1), q.size(2));
        return batch.Device.type == DeviceType.CUDA
            ? Fused(q, k, v, sequences, length)
            : Weighted(Stacked(q, heads / groups), Stacked(k, 1), Stacked(v, 1), batch.Causal(length))
                .view(sequences, groups, heads / groups, length, width)
                .permute(0, 3, 1, 2, 4)
                .reshape(sequences * length, heads * width);

        Tensor Stacked(Tensor x, long repeats) => x
            .view(sequences, length, groups, repeats, width)
            .permute(0, 2, 3, 1, 4)
            .reshape(sequences * groups, repeats * length, width);
    }

    private static Tensor Weighted(Tensor queries, Tensor keys, Tensor values, Tensor mask) =>
        queries.baddbmm(keys.transpose(1, 2), mask, beta: 1f, alpha: (float)(1.0 / Math.Sqrt(queries.size(2))))
            .softmax(-1)
            .bmm(values);

    private static Tensor Fused(Tensor q, Tensor k, Tensor v, long sequences, long length)
    {
        (long heads, long groups, long width) = (q.size(1), k.size(1), q.size(2));
        return nn.functional.scaled_dot_product_attention(Heads(q), Repeated(k), Repeated(v), is_casual: true)
            .permute(0, 2, 1, 3)
            .reshape(sequences * length, heads * width);

        Tensor Heads(Tensor x) => x.view(sequences, length, heads, width).permute(0, 2, 1, 3);
        Tensor Repeated(Tensor x) => Heads(x.unsqueeze(2).expand(x.size(0), groups, heads / groups, width).reshape(x.size(0), heads, width));
    }
}
