using System.Text.Json;
using LanguageExt;

namespace Floe.Effects.Formats.HuggingFace;

/// <summary>What the meaning of rotary settings depends on.</summary>
/// <param name="HeadDim">Width of a head.</param>
/// <param name="Positions">max_position_embeddings.</param>
/// <param name="Theta">θ where nothing is said.</param>
internal sealed record RopeContext(int HeadDim, int Positions, double Theta);

/// <summary>The rotary settings of a <c>config.json</c>, in their two forms (transformers' <c>modeling_rope_utils</c>).</summary>
internal static class RopeSettings
{
    private const string OriginalKey = "original_max_position_embeddings";
    private const double FastTurns = 32, SlowTurns = 1;

    /// <summary>θ and the scaling; problems are left with <paramref name="read"/>.</summary>
    /// <param name="root">The whole configuration.</param>
    /// <param name="read">Its settings.</param>
    /// <param name="context">Sizes and defaults.</param>
    public static (double Theta, RopeScaling Scaling) Read(JsonElement root, Settings read, RopeContext context)
    {
        bool newer = read["rope_parameters"] is not Setting.Absent;
        string section = newer ? "rope_parameters" : "rope_scaling";
        read.Require(
            !JsonText.Has(root, section, out JsonElement stated)
                || stated.ValueKind == JsonValueKind.Object, section, "an object", read[section].Found);
        JsonElement scaling = JsonText.Has(root, section, out JsonElement found) ? found : default;
        read.Refuse(IsByLayer(scaling), section, "rotary settings by type of layer", "one for all layers");
        Settings rope = read.Within(section, key => Setting.Of(scaling, key));
        double theta = newer && rope["rope_theta"] is not Setting.Absent
            ? rope.Positive("rope_theta")
            : read.Positive("rope_theta", context.Theta);
        rope.Refuse(rope.Positive("partial_rotary_factor", 1) != 1, "partial_rotary_factor", "rotating a part of each head", "whole heads");
        read.Refuse(read.Positive("partial_rotary_factor", 1) != 1, "partial_rotary_factor", "rotating a part of each head", "whole heads");
        return (theta, Scaling(read, rope, context));
    }

    private static bool IsByLayer(JsonElement scaling) =>
        scaling.ValueKind == JsonValueKind.Object && JsonText.Members(scaling).Any(p => p.Value.ValueKind == JsonValueKind.Object);

    private static RopeScaling Scaling(Settings read, Settings rope, RopeContext context)
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
                    rope.Positive("factor"), rope.Positive("low_freq_factor"), rope.Positive("high_freq_factor"),
                        rope.Positive(OriginalKey));
                rope.Require(
                    smooth.LowFrequency < smooth.HighFrequency, "low_freq_factor", "less than high_freq_factor", $"{smooth.LowFrequency}");
                return smooth;
            // Phi-3's early files call LongRoPE su or yarn.
            case "longrope" or "su":
            case "yarn" when rope["short_factor"] is not Setting.Absent:
                return LongRope(read, rope, context);
            case "yarn":
                return Yarn(rope, context);
            default:
                rope.Refuse(
                    true, "rope_type", $"the RoPE scaling {(type.Length <= 60 ? type : type[..60])}",
                        "default, linear, llama3, yarn, longrope");
                return new RopeScaling.None();
        }
    }

    private static RopeScaling.Yarn Yarn(Settings rope, RopeContext context)
    {
        double factor = rope.Positive("factor");
        double fast = rope.Positive("beta_fast", FastTurns), slow = rope.Positive("beta_slow", SlowTurns);
        rope.Require(slow < fast, "beta_slow", "less than beta_fast", $"{slow}");
        bool apart = rope["mscale"] is not Setting.Absent && rope["mscale_all_dim"] is not Setting.Absent;
        double implied = apart
            ? RopeAttention.Yarn(factor, rope.Positive("mscale", 1)) / RopeAttention.Yarn(factor, rope.Positive("mscale_all_dim", 1))
            : RopeAttention.Yarn(factor);
        return new RopeScaling.Yarn(
            factor, fast, slow, rope.Positive(
                OriginalKey, context.Positions), rope.Positive("attention_factor", implied), rope.Flag("truncate", true));
    }

    // The original context stands beside the section in Phi-3's files, and decides the factor; else it is in the section, or the whole
    // context.
    private static RopeScaling.LongRope LongRope(Settings read, Settings rope, RopeContext context)
    {
        Settings holder = read[OriginalKey] is Setting.Absent ? rope : read;
        int original = holder.Whole(OriginalKey, 2, int.MaxValue, Math.Max(2, context.Positions));
        double ratio = (double)context.Positions / original;
        double factor = ReferenceEquals(holder, read) ? ratio : rope.Positive("factor", ratio);
        rope.Refuse(rope["short_mscale"] is not Setting.Absent || rope["long_mscale"] is not Setting.Absent,
            "short_mscale", "a scale of attention by length", "attention_factor");
        Arr<double> shorter = rope.Positives(
            "short_factor", context.HeadDim / 2), longer = rope.Positives("long_factor", context.HeadDim / 2);
        return new RopeScaling.LongRope(
            shorter, longer, original, rope.Positive("attention_factor", RopeAttention.LongRope(factor, original)));
    }
}
