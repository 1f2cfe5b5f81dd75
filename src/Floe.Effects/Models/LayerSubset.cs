using Floe.Domain.Scores;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>An adapter on some of its layers only.</summary>
/// <param name="whole">The adapter.</param>
/// <param name="on">Layers where it works.</param>
internal sealed class LayerSubset(IDecoderAdapter whole, IReadOnlySet<int> on) : IDecoderAdapter
{
    /// <inheritdoc/>
    public ModelShape Model => whole.Model;

    /// <inheritdoc/>
    public int? LowestLayer => on.Count == 0 ? null : on.Min();

    /// <inheritdoc/>
    public int Lead => whole.Lead;

    /// <inheritdoc/>
    public Tensor? Embeddings => whole.Embeddings;

    /// <inheritdoc/>
    public LayerAdapters? Layer(int layer) => on.Contains(layer) ? whole.Layer(layer) : null;
}
