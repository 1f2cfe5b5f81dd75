namespace Floe.Effects.Formats.Families;

/// <summary>Qwen 3, dense (transformers' <c>Qwen3Config</c>): a norm on each head's q and k, heads of 128 whatever the width.</summary>
internal static class Qwen3Family
{
    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new("qwen3", "Qwen3ForCausalLM")
    {
        Defaults = new FamilyDefaults { HeadDim = 128, Positions = 32768 },
        Keys = ["attention_bias", .. Qwen2Family.WindowKeys],
        Features = (read, config) => Qwen2Family.Windows(read, CommonKeys.AttentionBias(read, config with { HeadNorms = true })),
        Write = (config, json) =>
        {
            json["attention_bias"] = config.AttentionBias;
            Qwen2Family.PutWindows(config, json);
        },
        Gguf = new GgufForm("qwen3", RotaryPairs: false),
    };
}
