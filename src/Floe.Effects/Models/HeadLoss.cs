using Floe.Effects.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>
/// Output head and cross entropy, only at rows with a target and a chunk of rows at a time. The head is frozen, so the gradient of the loss
/// with respect to the hidden states is formed on the way, softmax(logits) − one-hot times the head, and no logits outlive their chunk.
/// </summary>
internal sealed class HeadLoss : IDisposable
{
    private const int ChunkRows = 128;

    private HeadLoss(float[] losses, double loss, Tensor? gradient) => (TokenLosses, Loss, Gradient) = (losses, loss, gradient);

    /// <summary>Cross entropy in nats of each target, unweighted; length P.</summary>
    public IReadOnlyList<float> TokenLosses { get; }

    /// <summary>Σ weight · token loss, added in double.</summary>
    public double Loss { get; }

    /// <summary>[T, d], ∂Loss/∂hidden; null where it was not asked for.</summary>
    public Tensor? Gradient { get; }

    /// <summary>Computes the loss. A tensor function: call it inside <see cref="TensorEdge"/>.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="hidden">[T, d] of <see cref="DecoderPass.Run"/>.</param>
    /// <param name="targets">P targets.</param>
    /// <param name="gradient">Whether <see cref="Gradient"/> is wanted; then <c>hidden.backward([loss.Gradient])</c> goes on.</param>
    public static HeadLoss Of(Decoder model, Tensor hidden, Targets targets, bool gradient)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        float[] losses = new float[targets.Count];
        Tensor? whole = gradient ? zeros_like(hidden) : null;
        for (int start = 0; start < targets.Count; start += ChunkRows)
        {
            int count = Math.Min(ChunkRows, targets.Count - start);
            Chunk(model, hidden, targets, start, losses.AsSpan(start, count), whole);
        }

        double sum = 0.0;
        for (int i = 0; i < losses.Length; i++)
        {
            sum += (double)targets.Weights.Span[i] * losses[i];
        }

        return new HeadLoss(losses, sum, whole?.DetachFromDisposeScope());
    }

    /// <summary>Σ of token losses and number of tokens of each sequence.</summary>
    /// <param name="targets">The targets that the losses are of.</param>
    /// <param name="sequences">Number of sequences in the batch.</param>
    public (double Sum, int Tokens)[] BySequence(Targets targets, int sequences)
    {
        (double Sum, int Tokens)[] totals = new (double, int)[sequences];
        for (int i = 0; i < TokenLosses.Count; i++)
        {
            ref (double Sum, int Tokens) total = ref totals[targets.Sequences.Span[i]];
            total = (total.Sum + TokenLosses[i], total.Tokens + 1);
        }

        return totals;
    }

    /// <summary>Frees the gradient.</summary>
    public void Dispose() => Gradient?.Dispose();

    private static void Chunk(Decoder model, Tensor hidden, Targets targets, int start, Span<float> losses, Tensor? whole)
    {
        using DisposeScope scope = NewDisposeScope();
        HeadRows head = HeadRows.Of(model, hidden, targets, start, losses.Length);
        Tensors.Read<float>(head.Losses, losses);
        if (whole is null)
        {
            return;
        }

        head.AddTo(whole, Back(model, head).mul(DecoderLayer.Gain(model.FinalNorm, model.Config)));
    }

    // ∂loss/∂y. Without a cap the target's row of the head is taken off after the product, which rounds it by nothing.
    private static Tensor Back(Decoder model, HeadRows head)
    {
        if (head.Slope is not null)
        {
            return FrozenLinear.Through(head.Delta(), model.Head);
        }

        Tensor expected = FrozenLinear.Through(head.Exponentials, model.Head).div(head.Sums);
        return expected.sub(model.Head.index_select(0, head.Tokens.squeeze(1))).mul(head.Weights);
    }
}
