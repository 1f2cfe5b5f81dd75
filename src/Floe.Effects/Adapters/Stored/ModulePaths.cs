using Floe.Domain.Adapters;
using Floe.Effects.Formats;

namespace Floe.Effects.Adapters.Stored;

/// <summary>
/// The modules of a decoder under the paths that transformers gives them: what an adapter configuration is matched against.
/// </summary>
internal static class ModulePaths
{
    /// <summary>The linear layers of the decoder layers, in order of layer, then of <see cref="Projection"/>.</summary>
    /// <param name="model">The decoder.</param>
    public static IReadOnlyList<(int Layer, Projection Module, string Path)> Linear(DecoderConfig model) =>
    [
        .. from layer in Enumerable.Range(0, model.Layers)
           from module in Projections.All
           select (layer, module, DecoderLayout.PathOf(layer, module)),
    ];

    /// <summary>Every other module. PEFT would adapt the embedding and the head; of the rest it says that it cannot.</summary>
    /// <param name="model">The decoder.</param>
    public static IReadOnlyList<string> Others(DecoderConfig model) =>
    [
        "lm_head", "model.embed_tokens", "model", "model.layers", "model.norm", "model.rotary_emb",
        .. from layer in Enumerable.Range(0, model.Layers)
           from part in (string[])["", ".self_attn", ".mlp", ".mlp.act_fn", ".input_layernorm", ".post_attention_layernorm"]
           select $"model.layers.{layer}{part}",
        .. from layer in Enumerable.Range(0, model.Layers)
           from matrix in BlockMatrix.All(model)
           where matrix.Projections.Count > 1
           select $"{DecoderLayout.LayerPath(layer)}.{matrix.Path}",
    ];
}
