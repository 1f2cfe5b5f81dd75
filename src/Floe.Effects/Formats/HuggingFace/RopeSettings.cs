using System.Text.Json;

namespace Floe.Effects.Formats.HuggingFace;

/// <summary>The rotary settings of a <c>config.json</c>, in their two forms (transformers' <c>modeling_rope_utils</c>).</summary>
internal static class RopeSettings
{
    private const double DefaultTheta = 10000;

    /// <summary>θ and the scaling; problems are left with <paramref name="read"/>.</summary>
    /// <param name="root">The whole configuration.</param>
    /// <param name="read">Its settings.</param>
    public static (double Theta, RopeScaling Scaling) Read(JsonElement root, Settings read)
    {
        bool newer = read["rope_parameters"] is not Setting.Absent;
        string section = newer ? "rope_parameters" : "rope_scaling";
        read.Require(
            !JsonText.Has(root, section, out JsonElement stated) || stated.ValueKind == JsonValueKind.Object, section, "an object", read[section].Found);
        JsonElement scaling = JsonText.Has(root, section, out JsonElement found) ? found : default;
        Settings rope = read.Within(section, key => Setting.Of(scaling, key));
        double theta = newer && rope["rope_theta"] is not Setting.Absent ? rope.Positive("rope_theta") : read.Positive("rope_theta", DefaultTheta);
        rope.Refuse(rope.Positive("partial_rotary_factor", 1) != 1, "partial_rotary_factor", "rotating a part of each head", "whole heads");
        read.Refuse(read.Positive("partial_rotary_factor", 1) != 1, "partial_rotary_factor", "rotating a part of each head", "whole heads");
        return (theta, Scaling(rope));
    }

    private static RopeScaling Scaling(Settings rope)
    {
        string type = rope.Text("rope_type", rope.Text("type", "default"));
        switch (type)
        {
            case "default":
                return new RopeScaling.None();
            case "linear":
                return new RopeScaling.Linear(rope.Positive("factor"));
            case "llama3":
                RopeScaling.Llama3 smooth = new(
                    rope.Positive("factor"),
                    rope.Positive("low_freq_factor"),
                    rope.Positive("high_freq_factor"),
                    rope.Positive("original_max_position_embeddings"));
                rope.Require(smooth.LowFrequency < smooth.HighFrequency, "low_freq_factor", "less than high_freq_factor", $"{smooth.LowFrequency}");
                return smooth;
            default:
                rope.Refuse(true, "rope_type", $"the RoPE scaling {type}", "default, linear, llama3");
                return new RopeScaling.None();
        }
    }
}
