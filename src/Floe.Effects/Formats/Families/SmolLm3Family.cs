using System.Text.Json.Nodes;

namespace Floe.Effects.Formats.Families;

/// <summary>SmolLM3 (transformers' <c>SmolLM3Config</c>): LLaMA with layers that do not rotate q and k. 1 in <c>no_rope_layers</c> means
/// rotated.</summary>
internal static class SmolLm3Family
{
    private const int DefaultInterval = 4;
    private const double DefaultTheta = 2e6;

    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new("smollm3", "SmolLM3ForCausalLM")
    {
        Defaults = new FamilyDefaults { Positions = 32768, RopeTheta = DefaultTheta, Tied = true },
        Keys = ["attention_bias", "mlp_bias", "no_rope_layers", "no_rope_layer_interval"],
        Features = Read,
        Write = Put,
        Gguf = new GgufForm("smollm3", RotaryPairs: true),
    };

    private static DecoderConfig Read(Settings read, DecoderConfig config) => CommonKeys.AttentionBias(read, config) with
    {
        MlpBias = read.Flag("mlp_bias", false),
        Unrotated = new LanguageExt.Arr<int>(
            [.. Enumerable.Range(0, Math.Min(config.Layers, DecoderLayout.MostLayers)).Where(Unrotated(read, config.Layers))]),
    };

    private static Func<int, bool> Unrotated(Settings read, int layers)
    {
        const string Key = "no_rope_layers";
        int interval = read.Whole("no_rope_layer_interval", 1, int.MaxValue, DefaultInterval);
        if (read[Key] is Setting.Absent)
        {
            return layer => (layer + 1) % interval == 0;
        }

        IReadOnlyList<Setting> told = read[Key] is Setting.List list ? list.Items : [];
        bool sound = told.Count == layers && told.All(item => item is Setting.Whole { Value: 0 or 1 });
        read.Require(sound, Key, $"{layers} entries of 0 and 1, one a layer", read[Key].Found);
        return layer => sound && told[layer] is Setting.Whole { Value: 0 };
    }

    private static void Put(DecoderConfig config, JsonObject json)
    {
        json["attention_bias"] = config.AttentionBias;
        json["mlp_bias"] = config.MlpBias;
        json["no_rope_layers"] = new JsonArray([.. Enumerable.Range(0, config.Layers).Select(l => (JsonNode?)(config.Rotates(l) ? 1 : 0))]);
    }
}
