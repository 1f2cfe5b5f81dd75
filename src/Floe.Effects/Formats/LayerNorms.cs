namespace Floe.Effects.Formats;

/// <summary>
/// The paths of a layer's norms inside it. LLaMA calls the norm before the FFN <c>post_attention_layernorm</c>; where branches have norms
/// of their own that is the name of attention's.
/// </summary>
/// <param name="Attention">Before attention.</param>
/// <param name="AttentionBranch">On what attention adds.</param>
/// <param name="Mlp">Before the FFN.</param>
/// <param name="MlpBranch">On what the FFN adds.</param>
internal sealed record LayerNorms(string Attention, string AttentionBranch, string Mlp, string MlpBranch)
{
    /// <summary>On each head's q.</summary>
    public const string Query = "self_attn.q_norm";

    /// <summary>On each head's k.</summary>
    public const string Key = "self_attn.k_norm";

    private const string AfterAttention = "post_attention_layernorm";

    /// <summary>The paths in a decoder.</summary>
    public static LayerNorms Of(DecoderConfig config) =>
        new("input_layernorm", AfterAttention, config.BranchNorms
            ? "pre_feedforward_layernorm"
            : AfterAttention, "post_feedforward_layernorm");
}
