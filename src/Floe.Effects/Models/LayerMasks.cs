using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>
/// Masks of one layer (method §2): a query head's slice of the input of the frozen o_proj, and a neuron's input of the frozen down_proj,
/// are multiplied by them.
/// </summary>
/// <param name="Heads">[H], shared by all sequences, or [B, H], one row a sequence; null masks nothing.</param>
/// <param name="Neurons">[N] or [B, N]; null masks nothing.</param>
/// <param name="BothPaths">Whether adapters on o_proj and down_proj see the masked input too. False is the method's W̃ = m ⊙ θ + φ.</param>
internal sealed record LayerMasks(Tensor? Heads, Tensor? Neurons, bool BothPaths = false)
{
    /// <summary>Multiplies the stream by a mask.</summary>
    /// <param name="x">[T, units·width].</param>
    /// <param name="mask">[units] or [B, units].</param>
    /// <param name="width">Columns a unit: hd for heads, 1 for neurons.</param>
    /// <param name="batch">Which rows belong to which sequence.</param>
    /// <returns>[T, units·width].</returns>
    internal static Tensor Scale(Tensor x, Tensor mask, long width, BatchTensors batch)
    {
        long units = mask.size((int)mask.dim() - 1);
        if (mask.dim() == 1 || batch.Lengths.Length == 1)
        {
            return x.view(x.size(0), units, width).mul(mask.view(1, units, 1)).view(x.size(0), units * width);
        }

        if (batch.Uniform)
        {
            long sequences = batch.Lengths.Length;
            return x.view(sequences, batch.Lengths[0], units, width).mul(mask.view(sequences, 1, units, 1)).view(x.size(0), units * width);
        }

        Tensor[] parts = x.view(x.size(0), units, width).split(batch.Lengths, 0);
        Tensor[] rows = mask.unbind(0);
        return cat([.. parts.Select((part, b) => part.mul(rows[b].view(1, units, 1)))], 0).view(x.size(0), units * width);
    }
}
