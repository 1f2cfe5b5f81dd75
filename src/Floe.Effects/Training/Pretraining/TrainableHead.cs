using Floe.Effects.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Training.Pretraining;

/// <summary>
/// Last norm, output head and cross entropy where all of them are trained, a chunk of rows at a time, so that no logits outlive their chunk. With
/// x̂ = x/rms(x), y = g ⊙ x̂, z = W y and δ = weight · (softmax(z) − one-hot): ∂W = Σ δ yᵀ, ∂g = Σ Wᵀδ ⊙ x̂, and
/// ∂x = (u − x̂ · mean(u ⊙ x̂))/rms(x) with u = Wᵀδ ⊙ g.
/// </summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>. <see cref="HeadLoss"/> is the form with a frozen head.</remarks>
internal static class TrainableHead
{
    private const int ChunkRows = 512;

    /// <summary>Computes the loss, adds the gradients of head and last norm to theirs, and goes on backward through the rest of the graph.</summary>
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

    private static double Chunk(Decoder model, Tensor hidden, Targets targets, int start, int count, Tensor toHidden, Tensor toHead, Tensor toNorm)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = DecoderPass.Index(model, targets.Rows.Span.Slice(start, count));
        Tensor tokens = DecoderPass.Index(model, targets.Tokens.Span.Slice(start, count)).unsqueeze(1);
        Tensor weights = tensor(targets.Weights.Slice(start, count).ToArray(), [count, 1]).to(model.Device);
        Tensor x = hidden.detach().index_select(0, rows);
        Tensor inverse = x.square().mean([-1L], keepdim: true).add(model.Config.RmsNormEpsilon).rsqrt();
        Tensor unit = x.mul(inverse);
        Tensor normed = unit.mul(model.FinalNorm);
        Tensor logits = nn.functional.linear(normed, model.Head);
        Tensor largest = logits.amax([-1L], keepdim: true);
        Tensor exponentials = logits.sub(largest).exp();
        Tensor sums = exponentials.sum(-1L, keepdim: true);
        float[] losses = new float[count];
        Tensors.Read<float>(sums.log().add(largest).sub(logits.gather(1, tokens)).mul(weights), losses);

        Tensor delta = exponentials.div(sums).scatter_add_(1, tokens, full_like(sums, -1)).mul(weights);
        toHead.add_(delta.t().mm(normed));
        Tensor back = delta.mm(model.Head);
        toNorm.add_(back.mul(unit).sum(0L));
        Tensor upstream = back.mul(model.FinalNorm);
        Tensor along = unit.mul(upstream.mul(unit).mean([-1L], keepdim: true));
        toHidden.index_add_(0, rows, upstream.sub(along).mul(inverse), 1f);
        return losses.Sum(one => (double)one);
    }
}
