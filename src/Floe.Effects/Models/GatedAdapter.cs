using Floe.Domain.Scores;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>
/// An adapter whose output in layer l is scaled by a gate: y + γ_l (f(x, y) − y), one gate a sequence and layer. At γ = 1 it is the
/// adapter, at 0 the base model.
/// </summary>
/// <param name="whole">The adapter.</param>
/// <param name="gates">One [T, 1] column a layer: the gate of each token's sequence.</param>
internal sealed class GatedAdapter(IDecoderAdapter whole, IReadOnlyList<Tensor> gates) : IDecoderAdapter
{
    /// <inheritdoc/>
    public ModelShape Model => whole.Model;

    /// <inheritdoc/>
    public int? LowestLayer => whole.LowestLayer;

    /// <inheritdoc/>
    public int Lead => whole.Lead;

    /// <inheritdoc/>
    public Tensor? Embeddings => whole.Embeddings;

    /// <inheritdoc/>
    public LayerAdapters? Layer(int layer)
    {
        return whole.Layer(layer) is not { } on
            ? null
            : new LayerAdapters(
                Gated(on.Query), Gated(on.Key), Gated(on.Value), Gated(on.Output), Gated(on.Gate), Gated(on.Up), Gated(on.Down));

        AdaptedProjection? Gated(AdaptedProjection? adapted) => adapted is null
            ? null
            : (input, frozen, training) => frozen.add(adapted(input, frozen, training).sub(frozen).mul(gates[layer]));
    }
}
