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
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
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
