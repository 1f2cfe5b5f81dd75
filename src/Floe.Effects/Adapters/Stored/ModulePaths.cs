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

    /// <summary>The module of a tensor as <c>rank_pattern</c> of AdaLoRA names it, such as
    /// <c>model.layers.0.mlp.up_proj.lora_E</c>.</summary>
    /// <param name="tensor">The name, with or without what PEFT puts before and behind it.</param>
    /// <param name="part">The tensor's part.</param>
    /// <returns>The path; the whole name where it does not end in the part.</returns>
    public static string OfTensor(string tensor, string part) =>
        tensor.LastIndexOf($".{part}", StringComparison.Ordinal) is > 0 and var end
            ? tensor[(tensor.StartsWith("base_model.model.", StringComparison.Ordinal) ? "base_model.model.".Length : 0)..end]
            : tensor;

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
