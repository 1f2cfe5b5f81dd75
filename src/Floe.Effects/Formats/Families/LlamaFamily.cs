using System.Text.Json.Nodes;

namespace Floe.Effects.Formats.Families;

/// <summary>LLaMA 1 to 3, TinyLlama, SmolLM, SmolLM2 (transformers' <c>LlamaConfig</c>): what the decoder is without any feature.</summary>
internal static class LlamaFamily
{
    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new("llama", "LlamaForCausalLM")
    {
        Defaults = new FamilyDefaults { EqualHeads = true },
        Keys = ["attention_bias", "mlp_bias"],
        Features = Read,
        Write = Put,
        Gguf = new GgufForm("llama", RotaryPairs: true),
    };

    private static DecoderConfig Read(Settings read, DecoderConfig config) =>
        CommonKeys.AttentionBias(read, config) with { MlpBias = read.Flag("mlp_bias", false) };

    private static void Put(DecoderConfig config, JsonObject json)
    {
        json["attention_bias"] = config.AttentionBias;
        json["mlp_bias"] = config.MlpBias;
    }
}
