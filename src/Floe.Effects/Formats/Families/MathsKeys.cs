namespace Floe.Effects.Formats.Families;

/// <summary>
/// Keys that change what a decoder computes in one architecture or another. A family reads those it lists; any other that is there and not
/// neutral is refused by name, so that no feature is silently left out.
/// </summary>
internal static class MathsKeys
{
    private static readonly (string Key, string Feature)[] All =
    [
        ("attention_bias", "biases in attention"),
        ("mlp_bias", "biases in the FFN"),
        ("sliding_window", "sliding-window attention"),
        ("use_sliding_window", "sliding-window attention"),
        ("sliding_window_pattern", "a pattern of sliding layers"),
        ("_sliding_window_pattern", "a pattern of sliding layers"),
        ("layer_types", "layers of several types"),
        ("attention_chunk_size", "attention in chunks"),
        ("attn_logit_softcapping", "a cap on attention scores"),
        ("final_logit_softcapping", "a cap on logits"),
        ("query_pre_attn_scalar", "a scale of attention scores of its own"),
        ("attention_multiplier", "a scale of attention scores of its own"),
        ("residual_multiplier", "a scale of what a layer adds"),
        ("embedding_multiplier", "a scale of the embedding"),
        ("logits_scaling", "a scale of the logits"),
        ("logit_scale", "a scale of the logits"),
        ("scale_emb", "a scale of the embedding"),
        ("scale_depth", "a scale of what a layer adds"),
        ("dim_model_base", "a scale of the logits"),
        ("mup_enabled", "scales by width"),
        ("clip_qkv", "clipping of q, k and v"),
        ("use_qk_norm", "norms on q and k"),
        ("qk_layernorm", "norms on q and k"),
        ("no_rope_layers", "layers without RoPE"),
        ("no_rope_layer_interval", "layers without RoPE"),
        ("rope_local_base_freq", "another RoPE base in sliding layers"),
        ("rotary_pct", "rotating a part of each head"),
        ("use_parallel_residual", "attention and FFN side by side"),
        ("parallel_attn", "attention and FFN side by side"),
        ("alibi", "ALiBi positions"),
        ("is_causal", "attention that sees later tokens"),
        ("use_bidirectional_attention", "attention that sees later tokens"),
        ("dual_chunk_attention_config", "dual-chunk attention"),
        ("kv_lora_rank", "latent attention"),
        ("num_local_experts", "a mixture of experts"),
        ("num_experts", "a mixture of experts"),
        ("n_routed_experts", "a mixture of experts"),
        ("num_kv_shared_layers", "layers that share keys and values"),
        ("cross_attention_layers", "cross-attention"),
        ("vision_config", "images"),
        ("quantization_config", "a quantised checkpoint"),
    ];

    // A scale of 1 and a fraction of 1 do nothing; neither do attention to earlier tokens only and one expert of a mixture that is none.
    private static readonly string[] OneIsNeutral =
        ["attention_multiplier", "residual_multiplier", "embedding_multiplier", "logits_scaling", "logit_scale", "scale_emb", "rotary_pct",
            "is_causal"];

    /// <summary>Notes every key that a family does not read and that is not neutral.</summary>
    /// <param name="read">The settings.</param>
    /// <param name="family">The family.</param>
    public static void Refuse(Settings read, ModelFamily family)
    {
        foreach ((string key, string feature) in All.Where(entry => !family.Keys.Contains(entry.Key)))
        {
            read.Refuse(!IsNeutral(key, read[key]), key, $"{feature} in the family {family.ModelType} ({read[key].Found})",
                "a checkpoint without it", "Use another checkpoint; remove the key only if the model was trained without it.");
        }
    }

    private static bool IsNeutral(string key, Setting value) => value switch
    {
        Setting.Absent => true,
        Setting.Flag flag => flag.Value == OneIsNeutral.Contains(key),
        Setting.Whole whole => whole.Value == (OneIsNeutral.Contains(key) ? 1 : 0),
        Setting.Real real => real.Value == (OneIsNeutral.Contains(key) ? 1 : 0),
        Setting.List list => list.Items.All(item => item is Setting.Text { Value: "full_attention" }),
        _ => false,
    };
}
