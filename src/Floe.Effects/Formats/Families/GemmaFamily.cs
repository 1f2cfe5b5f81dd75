namespace Floe.Effects.Formats.Families;

/// <summary>Gemma 1 (transformers' <c>GemmaConfig</c>): norms of 1 + w, an embedding times √d, GeGLU, a tied head.</summary>
internal static class GemmaFamily
{
    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new("gemma", "GemmaForCausalLM")
    {
        Defaults = Defaults,
        Keys = ["attention_bias"],
        Features = Common,
        Write = (config, json) => json["attention_bias"] = config.AttentionBias,
        Gguf = new GgufForm("gemma", RotaryPairs: false),
    };

    /// <summary>What both generations leave out of their files.</summary>
    internal static FamilyDefaults Defaults =>
        new() { HeadDim = 256, Positions = 8192, Tied = true, Activation = GateActivation.GeluTanh };

    /// <summary>What both generations have.</summary>
    internal static DecoderConfig Common(Settings read, DecoderConfig config) =>
        CommonKeys.AttentionBias(read, config) with { OffsetNorms = true, EmbeddingScale = Math.Sqrt(config.Hidden) };
}
