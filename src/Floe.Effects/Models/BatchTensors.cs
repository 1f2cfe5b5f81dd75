using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>A <see cref="TokenBatch"/> on the device: its ids, rotary tables and causal masks, made once and used by every layer.</summary>
internal sealed class BatchTensors : IDisposable
{
    /// <summary>Stands for −∞ in an additive mask; finite, so that no row of a softmax can become NaN.</summary>
    internal const float Masked = -1e30f;

    private readonly Dictionary<(long Length, long Window, long Lead), Tensor> causal = [];
    private readonly Dictionary<int, (Tensor Cos, Tensor SignedSin)> moved = [];
    private readonly Decoder model;
    private readonly int group;

    private BatchTensors(TokenBatch batch, Decoder model, Tensor ids, Tensor cos, Tensor sin)
    {
        (Batch, Device, Ids, Cos, SignedSin, this.model) = (batch, model.Device, ids, cos, sin, model);
        Lengths = Array.ConvertAll(batch.Lengths.ToArray(), length => (long)length);
        group = model.Config.Heads / model.Config.KvHeads;
    }

    /// <summary>The batch that these tensors are of.</summary>
    public TokenBatch Batch { get; }

    /// <summary>Where they are.</summary>
    public Device Device { get; }

    /// <summary>[T], int64.</summary>
    public Tensor Ids { get; }

    /// <summary>[T, 1, hd].</summary>
    public Tensor Cos { get; }

    /// <summary>[T, 1, hd], negative in the first half.</summary>
    public Tensor SignedSin { get; }

    /// <summary>Length of each sequence.</summary>
    internal long[] Lengths { get; }

    /// <summary>Whether all sequences are equally long.</summary>
    internal bool Uniform => System.Array.TrueForAll(Lengths, length => length == Lengths[0]);

    /// <summary>Moves a batch to the model's device. Dispose it when the pass, its backward included, is over.</summary>
    /// <param name="model">The decoder that will read it.</param>
    /// <param name="batch">The batch.</param>
    public static BatchTensors Of(Decoder model, TokenBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        (float[] cos, float[] sin) = model.Rotary.Tables(batch);
        long[] shape = [batch.Tokens, 1, model.Config.HeadDim];
        long[] ids = Array.ConvertAll(batch.Ids.ToArray(), id => (long)id);
        return new BatchTensors(batch, model, Keep(tensor(ids, [ids.Length])), Keep(tensor(cos, shape)), Keep(tensor(sin, shape)));

        Tensor Keep(Tensor t) => t.to(model.Device).DetachFromDisposeScope();
    }

    /// <summary>Rotary tables of positions that go on from some virtual tokens, each as <see cref="Cos"/> and
    /// <see cref="SignedSin"/>.</summary>
    /// <param name="lead">The number of virtual tokens.</param>
    internal (Tensor Cos, Tensor SignedSin) Turning(int lead)
    {
        if (lead == 0)
        {
            return (Cos, SignedSin);
        }

        if (!moved.TryGetValue(lead, out (Tensor Cos, Tensor SignedSin) tables))
        {
            using DisposeScope scope = NewDisposeScope();
            (float[] cos, float[] sin) = model.Rotary.Tables(Batch, lead);
            tables = (
                tensor(cos, Cos.shape).to(Device).DetachFromDisposeScope(), tensor(sin, Cos.shape).to(Device).DetachFromDisposeScope());
            moved.Add(lead, tables);
        }

        return tables;
    }

    /// <summary>
    /// The additive mask of one sequence of S tokens, repeated for the R = H/G query heads of a group: [R·S, S], 0 where key ≤ query and,
    /// in a window of W, query − W &lt; key.
    /// </summary>
    /// <param name="length">S.</param>
    /// <param name="window">W; 0 for all keys.</param>
    /// <param name="lead">P keys of virtual tokens before those of the sequence: [R·S, P + S].</param>
    internal Tensor Causal(long length, long window, long lead = 0)
    {
        (long Length, long Window, long Lead) place = (length, window < lead + length ? window : 0, lead);
        if (!causal.TryGetValue(place, out Tensor? mask))
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable frozen = no_grad();
            Tensor all = full(length, lead + length, Masked, ScalarType.Float32, Device);
            Tensor seen = place.Window == 0 ? all.triu(lead + 1) : all.triu(lead + 1).add(all.tril(lead - window));
            mask = seen.repeat(group, 1).DetachFromDisposeScope();
            causal.Add(place, mask);
        }

        return mask;
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in causal.Values.Concat(moved.Values.SelectMany(pair => (Tensor[])[pair.Cos, pair.SignedSin]))
            .Concat([Ids, Cos, SignedSin]))
        {
            tensor.Dispose();
        }

        causal.Clear();
        moved.Clear();
    }
}
