using System.Text.Json.Nodes;

namespace Floe.Effects.Formats.Families;

/// <summary>
/// Phi-3 and Phi-3.5 mini (transformers' <c>Phi3Config</c>): q, k, v in one matrix and gate, up in one; LongRoPE in the long-context
/// models, whose original context is a key beside <c>rope_scaling</c>.
/// </summary>
internal static class Phi3Family
{
    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new("phi3", "Phi3ForCausalLM")
    {
        Defaults = new FamilyDefaults { EqualHeads = true, Positions = 4096, Epsilon = 1e-5 },
        Keys = ["sliding_window"],
        Features = (read, config) => CommonKeys.Everywhere(config with { FusedProjections = true }, CommonKeys.Window(read, absent: 0)),
        Write = Put,
        Gguf = new GgufForm("phi3", RotaryPairs: false),
    };

    private static void Put(DecoderConfig config, JsonObject json)
    {
        json["sliding_window"] = config.Windows.Count > 0 ? config.WindowOf(0) : null;
        json["original_max_position_embeddings"] = config.Rope is RopeScaling.LongRope rope ? rope.OriginalPositions : config.MaxPositions;
        json["pad_token_id"] = null;
    }
}
