using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>
/// Whether a description is one of a decoder: sizes of at least 1 whose matrices can be counted, heads that group, numbers that are finite.
/// The one check of a configuration that no file reader has looked at.
/// </summary>
internal static class DecoderFaults
{
    // More numbers than any matrix of a decoder has, and few enough that their bytes can be counted.
    private const long LargestMatrix = 1L << 40;

    /// <summary>The first fault.</summary>
    /// <param name="at">What it describes, for the error.</param>
    /// <param name="config">The description.</param>
    public static Either<FloeError, Unit> Check(string at, DecoderConfig config) =>
        from sizes in Steps.Check(
            System.Array.TrueForAll(Sizes(config), size => size > 0), () => Fault(at, "sizes of at least 1", Shown(config)))
        from heads in Steps.Check(
            config.Heads % config.KvHeads == 0, () =>
                Fault(at, $"key and value heads that divide the {config.Heads} heads", $"{config.KvHeads}"))
        from pairs in Steps.Check(config.HeadDim % 2 == 0, () => Fault(at, "an even head width, for rotary pairs", $"{config.HeadDim}"))
        from small in Steps.Check(
            Largest(config) <= LargestMatrix, () => Fault(at, $"matrices of at most {LargestMatrix} numbers", Shown(config)))
        from finite in Steps.Check(
            double.IsFinite(config.RmsNormEpsilon) && config.RmsNormEpsilon >= 0 && IsPositive(config.RopeTheta),
            () => Fault(
                at,
                "a finite epsilon from 0 and a finite rope_theta above 0",
                FormattableString.Invariant($"{config.RmsNormEpsilon} and {config.RopeTheta}")))
        from rope in Steps.Check(
            HasRope(config), () => Fault(at, $"a scaling of {config.HeadDim / 2} rotary frequencies by numbers above 0", $"{config.Rope}"))
        select rope;

    private static int[] Sizes(DecoderConfig config) =>
        [config.Vocabulary, config.Hidden, config.Layers, config.Heads, config.KvHeads, config.HeadDim, config.Neurons,
            config.MaxPositions];

    private static string Shown(DecoderConfig config) => $"{config.Shape}, vocabulary {config.Vocabulary}, context {config.MaxPositions}";

    private static long Largest(DecoderConfig config) =>
        Math.Max((long)config.Hidden, (long)config.Heads * config.HeadDim) is var width && width > LargestMatrix
            ? width
            : (long)Math.Min((double)width * Math.Max(config.Vocabulary, Math.Max(config.Neurons, config.Hidden)), long.MaxValue);

    private static bool HasRope(DecoderConfig config) => config.Rope switch
    {
        RopeScaling.Linear linear => IsPositive(linear.Factor),
        RopeScaling.Divided divided => divided.Divisors.Count == config.HeadDim / 2
            && divided.Divisors.ForAll(divisor => IsPositive(divisor)),
        RopeScaling.LongRope two =>
            two.Short.Count == config.HeadDim / 2 && two.Long.Count == config.HeadDim / 2 && two.Short.Append(two.Long).ForAll(IsPositive),
        RopeScaling.Llama3 smooth => IsPositive(smooth.Factor),
        RopeScaling.Yarn yarn => IsPositive(yarn.Factor),
        _ => true,
    };

    private static bool IsPositive(double value) => double.IsFinite(value) && value > 0;

    private static FloeError.BadData Fault(string at, string expected, string found) =>
        new(at, expected, found, "Correct the configuration.");
}
