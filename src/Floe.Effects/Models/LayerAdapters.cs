using Floe.Domain.Scores;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>What an adapter makes of one linear layer: all that a decoder knows of adapters.</summary>
/// <param name="input">x, [T, in].</param>
/// <param name="frozen">y = W x of the frozen layer, [T, out]; masked where the layer is masked.</param>
/// <param name="training">Whether dropout is on.</param>
/// <returns>[T, out].</returns>
internal delegate Tensor AdaptedProjection(Tensor input, Tensor frozen, bool training);

/// <summary>An adapter as the decoder sees it: a function on some linear layers of some decoder layers.</summary>
internal interface IDecoderAdapter
{
    /// <summary>The decoder that it was made for.</summary>
    ModelShape Model { get; }

    /// <summary>The lowest adapted layer; null without any. Layers below it need no graph.</summary>
    int? LowestLayer { get; }

    /// <summary>Virtual tokens before each sequence, which its positions go on from; 0 without any.</summary>
    int Lead { get; }

    /// <summary>[P, d], embeddings that stand before those of each sequence; null for none.</summary>
    Tensor? Embeddings { get; }

    /// <summary>The functions of a layer, or null where it has none.</summary>
    /// <param name="layer">Decoder layer, from 0.</param>
    LayerAdapters? Layer(int layer);
}

/// <summary>Keys and values that stand before those of every sequence.</summary>
/// <param name="Keys">[P, G·hd], not turned.</param>
/// <param name="Values">[P, G·hd].</param>
internal sealed record PrefixRows(Tensor Keys, Tensor Values)
{
    /// <summary>P.</summary>
    public long Count => Keys.size(0);
}

/// <summary>The adapted linear layers of one decoder layer; null where a linear layer is not adapted.</summary>
/// <param name="Query">q_proj.</param>
/// <param name="Key">k_proj.</param>
/// <param name="Value">v_proj.</param>
/// <param name="Output">o_proj.</param>
/// <param name="Gate">gate_proj.</param>
/// <param name="Up">up_proj.</param>
/// <param name="Down">down_proj.</param>
internal sealed record LayerAdapters(
    AdaptedProjection? Query, AdaptedProjection? Key, AdaptedProjection? Value, AdaptedProjection? Output,
    AdaptedProjection? Gate, AdaptedProjection? Up, AdaptedProjection? Down)
{
    /// <summary>Keys and values before those of each sequence; null without any.</summary>
    public PrefixRows? Prefix { get; init; }

    /// <summary>Whether q, k or v is adapted.</summary>
    public bool Attention => Query is not null || Key is not null || Value is not null;

    /// <summary>y of a linear layer: the frozen one where it is not adapted.</summary>
    internal static Tensor Apply(AdaptedProjection? adapted, Tensor input, Tensor frozen, bool training) =>
        adapted is null ? frozen : adapted(input, frozen, training);
}
