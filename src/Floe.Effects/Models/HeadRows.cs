using Floe.Effects.Engine;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>
/// Last norm, output head and softmax at some rows with a target. With x̂ = x/rms(x), y = g ⊙ x̂ and z = W y, capped to c·tanh(z/c) where
/// the model has a cap: exponentials e^(z − max z), their sums, and the cross entropy log Σ e^z − z_target of each row.
/// </summary>
/// <remarks>
/// log Σ exp is taken from a pairwise sum: the running sum inside LibTorch's log_softmax loses 1e-5 over 49,152 terms. Tensor functions:
/// call them inside <see cref="TensorEdge"/>; the caller's scope frees what they make.
/// </remarks>
/// <param name="Rows">[P], rows of the hidden states.</param>
/// <param name="Tokens">[P, 1], targets.</param>
/// <param name="Weights">[P, 1], what each token loss counts.</param>
/// <param name="Inverse">[P, 1], 1/rms(x).</param>
/// <param name="Unit">[P, d], x̂.</param>
/// <param name="Normed">[P, d], y.</param>
/// <param name="Exponentials">[P, V].</param>
/// <param name="Sums">[P, 1].</param>
/// <param name="Losses">[P, 1], in nats, unweighted.</param>
/// <param name="Slope">[P, V], 1 − tanh²(z/c), what the cap lets through backward; null without a cap.</param>
internal sealed record HeadRows(
    Tensor Rows, Tensor Tokens, Tensor Weights, Tensor Inverse, Tensor Unit, Tensor Normed, Tensor Exponentials, Tensor Sums, Tensor Losses,
        Tensor? Slope)
{
    /// <summary>Computes a chunk of targets.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="hidden">[T, d], the last layer's output.</param>
    /// <param name="targets">All targets.</param>
    /// <param name="start">First target of the chunk.</param>
    /// <param name="count">P.</param>
    public static HeadRows Of(Decoder model, Tensor hidden, Targets targets, int start, int count)
    {
        Tensor rows = DecoderPass.Index(model, targets.Rows.Span.Slice(start, count));
        Tensor tokens = DecoderPass.Index(model, targets.Tokens.Span.Slice(start, count)).unsqueeze(1);
        Tensor weights = tensor(targets.Weights.Slice(start, count).ToArray(), [count, 1]).to(model.Device);
        Tensor x = hidden.detach().index_select(0, rows);
        Tensor inverse = DecoderLayer.InverseRms(x, model.Config);
        Tensor unit = x.mul(inverse);
        Tensor normed = unit.mul(DecoderLayer.Gain(model.FinalNorm, model.Config));
        double cap = model.Config.LogitCap;
        Tensor logits = DecoderPass.Capped(FrozenLinear.Apply(normed, model.Head), cap);
        Tensor? slope = cap == 0 ? null : logits.div(cap).square().neg().add(1f);
        Tensor largest = logits.amax([-1L], keepdim: true);
        Tensor exponentials = logits.sub(largest).exp();
        Tensor sums = exponentials.sum(-1L, keepdim: true);
        return new HeadRows(
            rows, tokens, weights, inverse, unit, normed, exponentials, sums, sums.log().add(largest).sub(logits.gather(1, tokens)), slope);
    }

    /// <summary>[P, V], weight · (softmax(z) − one-hot), through the cap: ∂loss/∂(W y).</summary>
    public Tensor Delta()
    {
        Tensor delta = Exponentials.div(Sums).scatter_add_(1, Tokens, full_like(Sums, -1)).mul(Weights);
        return Slope is null ? delta : delta.mul_(Slope);
    }

    /// <summary>Adds ∂loss/∂x = (u − x̂ · mean(u ⊙ x̂))/rms(x), u = ∂loss/∂y ⊙ g, to the gradient of the hidden states.</summary>
    /// <param name="toHidden">[T, d].</param>
    /// <param name="upstream">[P, d], u.</param>
    public void AddTo(Tensor toHidden, Tensor upstream)
    {
        Tensor along = Unit.mul(upstream.mul(Unit).mean([-1L], keepdim: true));
        toHidden.index_add_(0, Rows, upstream.sub(along).mul(Inverse), 1f);
    }
}
