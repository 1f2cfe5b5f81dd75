using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Gguf;

/// <summary>Rotary scaling of a GGUF file: by keys, or by tensors that hold one divisor a frequency.</summary>
internal static class GgufRope
{
    private const string Divisors = "rope_freqs.weight", Short = "rope_factors_short.weight", Long = "rope_factors_long.weight";
    private const double FastTurns = 32, SlowTurns = 1;

    /// <summary>The tensor names that belong to the configuration and not to the weights.</summary>
    public static bool IsConfiguration(string tensor) => tensor is Divisors or Short or Long;

    /// <summary>The scaling that keys say; problems are left with <paramref name="read"/>.</summary>
    /// <param name="read">The settings.</param>
    /// <param name="key">The full name of a key of the architecture.</param>
    /// <param name="positions">The context.</param>
    public static RopeScaling OfKeys(Settings read, Func<string, string> key, int positions)
    {
        string type = read.Text(key("rope.scaling.type"), "linear");
        read.Refuse(type is not ("none" or "linear" or "yarn" or "longrope"), key("rope.scaling.type"),
            $"the RoPE scaling {(type.Length <= 60 ? type : type[..60])}", "none, linear, yarn, longrope, rope_freqs");
        string factorKey = key(read[key("rope.scaling.factor")] is Setting.Absent ? "rope.scale_linear" : "rope.scaling.factor");
        double factor = type is "linear" or "yarn" ? read.Positive(factorKey, 1) : 1;
        return factor == 1 ? new RopeScaling.None()
            : type == "linear" ? new RopeScaling.Linear(factor)
            : new RopeScaling.Yarn(
                factor, read.Positive(
                    key("rope.scaling.yarn_beta_fast"), FastTurns), read.Positive(key("rope.scaling.yarn_beta_slow"), SlowTurns),
                read.Whole(key("rope.scaling.original_context_length"), 1, int.MaxValue, positions),
                RopeAttention.Yarn(factor) * read.Positive(key("rope.scaling.attn_factor"), 1), Truncate: true);
    }

    /// <summary>The scaling that tensors say, or that of the keys where there are none.</summary>
    /// <param name="file">The container.</param>
    /// <param name="config">The decoder so far.</param>
    /// <param name="architecture">Prefix of its keys.</param>
    /// <param name="read">The settings.</param>
    public static Either<FloeError, RopeScaling> OfTensors(GgufFile file, DecoderConfig config, string architecture, Settings read) =>
        file.Tensors.ContainsKey(Divisors) ? Read(file, Divisors, config).Map(d => (RopeScaling)new RopeScaling.Divided(toArray(d)))
        : file.Tensors.ContainsKey(Short) || file.Tensors.ContainsKey(Long) ? LongRope(file, config, architecture, read)
        : read[$"{architecture}.rope.scaling.type"] is Setting.Text { Value: "longrope" }
            ? new FloeError.BadData(file.Path, $"{Short} and {Long}, the divisors of LongRoPE", "neither", "Fetch the model again.")
            : config.Rope;

    private static Either<FloeError, RopeScaling> LongRope(GgufFile file, DecoderConfig config, string architecture, Settings read)
    {
        int original = read.Whole($"{architecture}.rope.scaling.original_context_length", 2, int.MaxValue);
        double implied = original > 0 ? RopeAttention.LongRope((double)config.MaxPositions / original, Math.Max(2, original)) : 1;
        double attention = read.Positive($"{architecture}.rope.scaling.attn_factor", implied);
        return from sound in read.Result(() => unit)
               from shorter in Read(file, Short, config)
               from longer in Read(file, Long, config)
               select (RopeScaling)new RopeScaling.LongRope(
                   toArray(shorter.Select(d => (double)d)), toArray(longer.Select(d => (double)d)), original, attention);
    }

    private static Either<FloeError, float[]> Read(GgufFile file, string tensor, DecoderConfig config)
    {
        string at = $"{file.Path}: tensor {tensor}";
        float[] divisors = new float[config.HeadDim / 2];
        long found = file.Tensors.TryGetValue(tensor, out StoredTensor? stored) ? stored.Elements : 0;
        return from expected in Steps.Check(
                   found == divisors.Length,
                   () => new FloeError.BadData(at, $"{divisors.Length} values, one a rotary pair", $"{found}", "Fetch the model again."))
               from alone in Steps.Check(
                   config.Rope is RopeScaling.None,
                   () =>
                       new FloeError.Unsupported(
                           at, "RoPE divisors together with another scaling", "one of the two", "Use another checkpoint."))
               from read in file.ReadFloat32(tensor, divisors)
               from positive in Steps.Check(
                   divisors.All(d => float.IsFinite(d) && d > 0),
                   () => new FloeError.BadData(at, "finite divisors above 0", "another value", "Fetch the model again."))
               select divisors;
    }
}
