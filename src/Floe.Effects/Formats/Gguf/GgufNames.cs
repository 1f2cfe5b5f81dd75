using Floe.Domain.Adapters;

namespace Floe.Effects.Formats.Gguf;

/// <summary>LLaMA tensor names of GGUF (llama.cpp's <c>tensor_mapping</c>) and of Hugging Face.</summary>
internal static class GgufNames
{
    private static readonly Dictionary<string, string> Whole = new(StringComparer.Ordinal)
    {
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
        ["output"] = "lm_head",
    };

    private static readonly Dictionary<string, string> InBlock = new(StringComparer.Ordinal)
    {
        ["attn_norm"] = "input_layernorm",
        ["ffn_norm"] = "post_attention_layernorm",
        ["attn_q"] = DecoderLayout.WithinLayer(Projection.Query),
        ["attn_k"] = DecoderLayout.WithinLayer(Projection.Key),
        ["attn_v"] = DecoderLayout.WithinLayer(Projection.Value),
        ["attn_output"] = DecoderLayout.WithinLayer(Projection.Output),
        ["ffn_gate"] = DecoderLayout.WithinLayer(Projection.Gate),
        ["ffn_up"] = DecoderLayout.WithinLayer(Projection.Up),
        ["ffn_down"] = DecoderLayout.WithinLayer(Projection.Down),
    };

    /// <summary>The Hugging Face name of a GGUF name; a name that is not LLaMA's stays as it is.</summary>
    public static string ToHuggingFace(string name)
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
        return parts is ["blk", var layer, var tensor] && InBlock.TryGetValue(tensor, out string? inner) ? $"model.layers.{layer}.{inner}{ending}" : name;
    }
}
