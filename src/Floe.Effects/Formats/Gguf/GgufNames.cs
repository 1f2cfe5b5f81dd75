using Floe.Domain.Adapters;

namespace Floe.Effects.Formats.Gguf;

/// <summary>Tensor names of GGUF (llama.cpp's <c>tensor_mapping</c>) and of Hugging Face.</summary>
internal static class GgufNames
{
    private static readonly Dictionary<string, string> Whole = new(StringComparer.Ordinal)
    {
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
        ["output"] = "lm_head",
    };

    /// <summary>The Hugging Face name of a GGUF name; a name that the decoder has no tensor for stays as it is.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="config">The decoder.</param>
    public static string ToHuggingFace(string name, DecoderConfig config)
    {
        int dot = name.LastIndexOf('.');
        if (dot < 0)
        {
            return name;
        }

        string path = name[..dot], ending = name[dot..];
        if (Whole.TryGetValue(path, out string? whole))
        {
            return whole + ending;
        }

        string[] parts = path.Split('.');
        return parts is ["blk", var layer, var tensor] && InBlock(tensor, config) is { } inner
            ? $"model.layers.{layer}.{inner}{ending}"
            : name;
    }

    private static string? InBlock(string tensor, DecoderConfig config)
    {
        LayerNorms norms = LayerNorms.Of(config);
        return tensor switch
        {
            "attn_norm" => norms.Attention,
            "ffn_norm" => norms.Mlp,
            "post_attention_norm" when config.BranchNorms => norms.AttentionBranch,
            "post_ffw_norm" when config.BranchNorms => norms.MlpBranch,
            "attn_q_norm" => LayerNorms.Query,
            "attn_k_norm" => LayerNorms.Key,
            "attn_qkv" => BlockMatrix.FusedAttention,
            "attn_q" => DecoderLayout.WithinLayer(Projection.Query),
            "attn_k" => DecoderLayout.WithinLayer(Projection.Key),
            "attn_v" => DecoderLayout.WithinLayer(Projection.Value),
            "attn_output" => DecoderLayout.WithinLayer(Projection.Output),
            "ffn_gate" => DecoderLayout.WithinLayer(Projection.Gate),
            "ffn_up" => config.FusedProjections ? BlockMatrix.FusedGate : DecoderLayout.WithinLayer(Projection.Up),
            "ffn_down" => DecoderLayout.WithinLayer(Projection.Down),
            _ => null,
        };
    }
}
