using System.Text.Json.Nodes;

namespace Floe.Effects.Formats.Families;

/// <summary>Qwen 1.5, 2 and 2.5 (transformers' <c>Qwen2Config</c>): biases on q, k and v; where windows are used the upper layers
/// slide.</summary>
internal static class Qwen2Family
{
    private const int DefaultWindow = 4096, DefaultFullLayers = 28;

    /// <summary>The family.</summary>
    public static ModelFamily Family { get; } = new("qwen2", "Qwen2ForCausalLM")
    {
        Defaults = new FamilyDefaults { Positions = 32768 },
        Keys = WindowKeys,
        Features = (read, config) => Windows(read, config with { AttentionBias = true }),
        Write = PutWindows,
        Gguf = new GgufForm("qwen2", RotaryPairs: false),
    };

    /// <summary>The keys of <see cref="Windows"/>.</summary>
    internal static string[] WindowKeys => ["sliding_window", "use_sliding_window", "max_window_layers", "layer_types"];

    /// <summary>Layers from <c>max_window_layers</c> on slide where <c>use_sliding_window</c> says so.</summary>
    internal static DecoderConfig Windows(Settings read, DecoderConfig config)
    {
        int full = read.Whole("max_window_layers", 0, int.MaxValue, DefaultFullLayers);
        int window = read.Flag("use_sliding_window", false) ? CommonKeys.Window(read, DefaultWindow) : 0;
        return CommonKeys.Windows(read, config, window, layer => layer >= full);
    }

    /// <summary>The same keys.</summary>
    internal static void PutWindows(DecoderConfig config, JsonObject json)
    {
        int full = config.Windows.TakeWhile(w => w == 0).Count();
        json["use_sliding_window"] = config.Windows.Count > 0;
        json["sliding_window"] = config.Windows.Count > 0 ? config.WindowOf(full) : null;
        json["max_window_layers"] = config.Windows.Count > 0 ? full : config.Layers;
        CommonKeys.PutLayerTypes(config, json);
    }
}
