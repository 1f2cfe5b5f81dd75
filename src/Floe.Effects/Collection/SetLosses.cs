using Floe.Effects.Engine;
using Floe.Effects.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>Mean token losses of a trained adapter with sets of its layers on.</summary>
/// <param name="Whole">Of the set.</param>
/// <param name="Changed">Of the set with one layer switched over, a candidate each.</param>
internal sealed record SetLoss(double Whole, double[] Changed);

/// <summary>
/// Losses of a set of adapted layers and of all sets that differ from it in one layer. What lies below that layer is the set's own and
/// computed once: a candidate costs the layers from its own to the last, so all L of them about L/2 forward passes. Memory: the L + 1
/// residual streams of one micro-batch.
/// </summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal static class SetLosses
{
    /// <summary>Computes them.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="adapter">The adapter, run without dropout.</param>
    /// <param name="batches">The text, a micro-batch each.</param>
    /// <param name="on">Layers whose adapters are on.</param>
    /// <param name="candidates">Layers to switch over, one at a time.</param>
    /// <param name="advance">Told after each micro-batch.</param>
    public static SetLoss Of(
        Decoder model, IDecoderAdapter adapter, IReadOnlyList<LossBatch> batches, IReadOnlySet<int> on, IReadOnlyList<int> candidates,
            Action advance)
    {
        using IDisposable frozen = no_grad();
        double whole = 0;
        double[] changed = new double[candidates.Count];
        foreach (LossBatch batch in batches)
        {
            using DisposeScope scope = NewDisposeScope();
            using BatchTensors tensors = BatchTensors.Of(model, batch.Batch);
            Tensor[] streams = new Tensor[model.Layers.Count + 1];
            streams[0] = DecoderPass.Embed(model, tensors);
            Up(model, tensors, new LayerSubset(adapter, on), streams[0], 0, (layer, x) => streams[layer] = x);
            whole += Sum(model, streams[^1], batch);
            for (int c = 0; c < candidates.Count; c++)
            {
                using DisposeScope passing = NewDisposeScope();
                LayerSubset other = new(adapter, Switched(on, candidates[c]));
                changed[c] += Sum(model, Up(model, tensors, other, streams[candidates[c]], candidates[c], (_, _) => { }), batch);
            }

            advance();
        }

        double tokens = batches.Sum(batch => (double)batch.Targets.Count);
        return new SetLoss(whole / tokens, [.. changed.Select(sum => sum / tokens)]);
    }

    private static HashSet<int> Switched(IReadOnlySet<int> on, int layer)
    {
        HashSet<int> other = [.. on];
        _ = other.Remove(layer) || other.Add(layer);
        return other;
    }

    private static Tensor Up(Decoder model, BatchTensors batch, LayerSubset adapter, Tensor x, int from, Action<int, Tensor> keep)
    {
        for (int l = from; l < model.Layers.Count; l++)
        {
            x = DecoderLayer.Forward(model.Layers[l], x, new LayerContext(batch, adapter.Layer(l)));
            keep(l + 1, x);
        }

        return x;
    }

    private static double Sum(Decoder model, Tensor hidden, LossBatch batch)
    {
        using HeadLoss loss = HeadLoss.Of(model, hidden, batch.Targets, gradient: false);
        return loss.TokenLosses.Sum(l => (double)l);
    }
}
