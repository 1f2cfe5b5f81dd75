using Floe.Effects.Formats.Families;

namespace Floe.Effects.Formats.Gguf;

/// <summary>
/// A file's metadata under the keys of a <c>config.json</c>, so that a family reads both alike (llama.cpp's <c>gguf.constants</c>). A key
/// that GGUF has no name for is absent.
/// </summary>
internal static class GgufKeys
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["sliding_window"] = "attention.sliding_window",
        ["attn_logit_softcapping"] = "attn_logit_softcapping",
        ["final_logit_softcapping"] = "final_logit_softcapping",
        ["attention_multiplier"] = "attention.scale",
        ["residual_multiplier"] = "residual_scale",
        ["embedding_multiplier"] = "embedding_scale",
        ["logit_scale"] = "logit_scale",
        ["clip_qkv"] = "attention.clamp_kqv",
        ["alibi"] = "attention.max_alibi_bias",
        ["is_causal"] = "attention.causal",
        ["kv_lora_rank"] = "attention.kv_lora_rank",
        ["num_experts"] = "expert_count",
        ["use_parallel_residual"] = "use_parallel_residual",
    };

    /// <summary>The settings of a family.</summary>
    /// <param name="read">The file's own settings, which keep the problems.</param>
    /// <param name="form">How the family is stored.</param>
    public static Settings Of(Settings read, GgufForm form) =>
        read.Renamed(key => Names.TryGetValue(key, out string? name) ? $"{form.Architecture}.{name}" : null);
}
