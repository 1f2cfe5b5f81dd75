namespace Floe.Effects.Models;

/// <summary>What the loss of a batch is taken over: P pairs of (row that predicts, token to predict) with a weight each.</summary>
/// <param name="Rows">Row of the token stream whose logits predict, ascending.</param>
/// <param name="Tokens">The token to predict.</param>
/// <param name="Weights">Weight of that token's loss; the batch's loss is Σ weight · loss.</param>
/// <param name="Sequences">Sequence that each pair belongs to.</param>
internal sealed record Targets(
    ReadOnlyMemory<int> Rows, ReadOnlyMemory<int> Tokens, ReadOnlyMemory<float> Weights, ReadOnlyMemory<int> Sequences)
{
    /// <summary>P.</summary>
    public int Count => Rows.Length;
}
