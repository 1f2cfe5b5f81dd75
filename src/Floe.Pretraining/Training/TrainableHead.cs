using Floe.Effects.Engine;
using Floe.Effects.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Pretraining.Training;

/// <summary>
/// Last norm, output head and cross entropy where all of them are trained, a chunk of rows at a time, so that no logits outlive their
/// chunk. In the notation of <see cref="HeadRows"/> and with δ = weight · (softmax(z) − one-hot): ∂W = Σ δ yᵀ, ∂g = Σ Wᵀδ ⊙ x̂ and u = Wᵀδ
/// ⊙ g.
/// </summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>. <see cref="HeadLoss"/> is the form with a frozen head.</remarks>
internal static class TrainableHead
{
    private const int ChunkRows = 512;

    /// <summary>Computes the loss, adds the gradients of head and last norm to theirs, and goes on backward through the rest of the
    /// graph.</summary>
    /// <param name="model">A decoder whose head and last norm require gradients.</param>
    /// <param name="hidden">[T, d], the last layer's output with its graph.</param>
    /// <param name="targets">P targets.</param>
    /// <returns>Σ weight · token loss. Where it is not finite no gradient has changed.</returns>
    public static double Backward(Decoder model, Tensor hidden, Targets targets)
    {
        using DisposeScope scope = NewDisposeScope();
        (double loss, Tensor toHidden, Tensor toHead, Tensor toNorm) = Gradients(model, hidden, targets);
        if (double.IsFinite(loss))
        {
            hidden.backward([toHidden]);
            model.Head.backward([toHead]);
            model.FinalNorm.backward([toNorm]);
        }

        return loss;
    }

    private static (double Loss, Tensor Hidden, Tensor Head, Tensor Norm) Gradients(Decoder model, Tensor hidden, Targets targets)
    {
        using IDisposable manual = no_grad();
        Tensor toHidden = zeros_like(hidden);
        Tensor toHead = zeros_like(model.Head);
        Tensor toNorm = zeros_like(model.FinalNorm);
        double loss = 0.0;
        for (int start = 0; start < targets.Count; start += ChunkRows)
        {
            loss += Chunk(model, hidden, targets, start, Math.Min(ChunkRows, targets.Count - start), toHidden, toHead, toNorm);
        }

        return (loss, toHidden, toHead, toNorm);
    }

    private static double Chunk(
        Decoder model, Tensor hidden, Targets targets, int start, int count, Tensor toHidden, Tensor toHead, Tensor toNorm)
    {
        using DisposeScope scope = NewDisposeScope();
        HeadRows head = HeadRows.Of(model, hidden, targets, start, count);
        float[] losses = new float[count];
        Tensors.Read<float>(head.Losses.mul(head.Weights), losses);

        Tensor delta = head.Delta();
        toHead.add_(delta.t().mm(head.Normed));
        Tensor back = delta.mm(model.Head);
        toNorm.add_(back.mul(head.Unit).sum(0L));
        head.AddTo(toHidden, back.mul(DecoderLayer.Gain(model.FinalNorm, model.Config)));
        return losses.Sum(one => (double)one);
    }
}
