using System.Globalization;
using System.Text;

namespace Floe.Domain.Scores;

/// <summary>The numbers of a decoder that selection depends on (method §1).</summary>
/// <param name="Layers">L, decoder layers.</param>
/// <param name="Heads">H, query heads a layer.</param>
/// <param name="KvHeads">G, key/value heads a layer; divides H. Equal to H without grouped-query attention.</param>
/// <param name="Neurons">N, FFN neurons a layer.</param>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="HeadDim">Width of one head.</param>
public sealed record ModelShape(int Layers, int Heads, int KvHeads, int Neurons, int Hidden, int HeadDim)
{
    /// <summary>Units of one layer, H + N.</summary>
    public int UnitsPerLayer => checked(Heads + Neurons);

    /// <summary>Units of the model, L·(H + N).</summary>
    public int Units => checked(Layers * UnitsPerLayer);

    // Without the numbers of units, which overflow for sizes that are none: an error message shows any shape.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture,
            $"Layers = {Layers}, Heads = {Heads}, KvHeads = {KvHeads}, Neurons = {Neurons}, Hidden = {Hidden}, HeadDim = {HeadDim}");
        return true;
    }

    /// <summary>Position of a unit in the order of every table: layer, then heads before neurons, then index.</summary>
    public int IndexOf(UnitId unit) =>
        (unit.Layer * UnitsPerLayer) + (unit.Component == Component.Head ? unit.Index : Heads + unit.Index);

    /// <summary>The unit at a position; the inverse of <see cref="IndexOf"/>.</summary>
    public UnitId UnitAt(int position)
    {
        int within = position % UnitsPerLayer;
        return within < Heads
            ? new UnitId(position / UnitsPerLayer, Component.Head, within)
            : new UnitId(position / UnitsPerLayer, Component.Neuron, within - Heads);
    }
}
