using System.Text.Json.Nodes;

namespace Floe.Effects.Formats.Families;

/// <summary>Mistral 7B (transformers' <c>MistralConfig</c>): every layer sees the last W keys. llama.cpp stores it as LLaMA, without the
/// window.</summary>
internal static class MistralFamily
{
    private const int DefaultWindow = 4096;

    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new("mistral", "MistralForCausalLM")
    {
        Defaults = new FamilyDefaults { Positions = 131072 },
        Keys = ["sliding_window"],
        Features = (read, config) => CommonKeys.Everywhere(config, CommonKeys.Window(read, DefaultWindow)),
        Write = Put,
    };

    private static void Put(DecoderConfig config, JsonObject json) =>
        json["sliding_window"] = config.Windows.Count > 0 ? config.WindowOf(0) : null;
}
