using System.Text.Json.Nodes;

namespace Floe.Effects.Formats.Families;

/// <summary>What is common to the keys of several families.</summary>
internal static class CommonKeys
{
    private const string Full = "full_attention", Sliding = "sliding_attention";

    /// <summary>q, k, v and o have biases where <c>attention_bias</c> says so.</summary>
    public static DecoderConfig AttentionBias(Settings read, DecoderConfig config)
    {
        bool bias = read.Flag("attention_bias", false);
        return config with { AttentionBias = bias, OutputBias = bias };
    }

    /// <summary>The same W in every layer; 0 for none.</summary>
    public static DecoderConfig Everywhere(DecoderConfig config, int window) => Where(config, window, _ => true);

    /// <summary>W of each layer. Where <c>layer_types</c> is there it decides which layers slide, else <paramref name="slides"/>.</summary>
    /// <param name="read">The settings.</param>
    /// <param name="config">The decoder so far.</param>
    /// <param name="window">W; 0 for none.</param>
    /// <param name="slides">Which layers slide where nothing is said.</param>
    public static DecoderConfig Windows(Settings read, DecoderConfig config, int window, Func<int, bool> slides)
    {
        IReadOnlyList<bool>? told = LayerTypes(read, config.Layers);
        read.Require(
            window > 0
                || told is null
                || !told.Contains(true), "sliding_window", "a width, since layer_types names sliding layers", read["sliding_window"].Found);
        return Where(config, window, told is null ? slides : layer => layer < told.Count && told[layer]);
    }

    /// <summary>Writes <c>layer_types</c>.</summary>
    public static void PutLayerTypes(DecoderConfig config, JsonObject json) =>
        json["layer_types"] = new JsonArray(
            [.. Enumerable.Range(0, config.Layers).Select(l => (JsonNode?)(config.WindowOf(l) > 0 ? Sliding : Full))]);

    /// <summary>W of <c>sliding_window</c>; 0 where it is null, and <paramref name="absent"/> where it is not there.</summary>
    public static int Window(Settings read, int absent) => read["sliding_window"] switch
    {
        Setting.Null => 0,
        Setting.Absent => absent,
        _ => read.Whole("sliding_window", 1, int.MaxValue),
    };

    /// <summary>Which layers <c>layer_types</c> calls sliding; null where it says nothing.</summary>
    private static IReadOnlyList<bool>? LayerTypes(Settings read, int layers)
    {
        const string Key = "layer_types";
        if (read[Key] is not Setting.List types)
        {
            read.Require(read[Key] is Setting.Absent, Key, $"a list of {Full} and {Sliding}", read[Key].Found);
            return null;
        }

        string[] words = [.. types.Items.Select(item => item is Setting.Text text ? text.Value : item.Found)];
        string? other = words.FirstOrDefault(word => word is not (Full or Sliding));
        read.Refuse(other is not null, Key, $"a layer of type {Short(other)}", $"{Full} and {Sliding}");
        read.Require(words.Length == layers, Key, $"{layers} entries, one a layer", $"{words.Length}");
        return [.. words.Select(word => word == Sliding)];
    }

    // The number of layers is a claim until the weights are there.
    private static DecoderConfig Where(DecoderConfig config, int window, Func<int, bool> slides)
    {
        int layers = Math.Min(config.Layers, DecoderLayout.MostLayers);
        int[] windows = [.. Enumerable.Range(0, window == 0 ? 0 : layers).Select(l => slides(l) ? window : 0)];
        return System.Array.TrueForAll(windows, w => w == 0) ? config : config with { Windows = new LanguageExt.Arr<int>(windows) };
    }

    private static string Short(string? word) => word is { Length: > 60 } ? word[..60] : word ?? "";
}
