using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Floe.Domain;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Engine;

/// <summary>How frozen weights lie in memory and are multiplied. Adapters, norms, softmax, loss and optimizer are float32 with
/// either.</summary>
public enum WeightType
{
    /// <summary>float32.</summary>
    Float32 = 0,

    /// <summary>bfloat16: half the memory; products read 8 bits of mantissa and are added in float32.</summary>
    BFloat16 = 1,
}

/// <summary>The words of <c>--dtype</c> and whether a machine can follow them.</summary>
internal static class WeightTypes
{
    // At least as fast as float32: without the instructions bfloat16 is tens of times slower, with them two to ten times faster.
    private const int TimedRows = 128, TimedWidth = 1024, Rounds = 3;

    /// <summary>The words, in the order of the type.</summary>
    public static IReadOnlyList<string> Words { get; } = ["float32", "bfloat16"];

    /// <summary>A type's word.</summary>
    /// <param name="type">The type.</param>
    public static string Word(this WeightType type) => Words[type == WeightType.BFloat16 ? 1 : 0];

    /// <summary>The type of a word.</summary>
    /// <param name="word">One of <see cref="Words"/>.</param>
    public static WeightType Of(string word) => word == Words[1] ? WeightType.BFloat16 : WeightType.Float32;

    /// <summary>Whether a device multiplies in this type. On a CPU that has the instructions a product is timed once a process: a few
    /// milliseconds.</summary>
    /// <param name="type">The type.</param>
    /// <param name="device">Where weights will be.</param>
    /// <returns>Unit, or <see cref="FloeError.Unsupported"/> with the reason.</returns>
    public static Either<FloeError, Unit> Check(this WeightType type, Device device) =>
        type == WeightType.Float32 || device.type != DeviceType.CPU ? Unit.Default
        : HasInstructions() == false ? Judge(false, 0, 0)
        : TensorEdge.Bind("bfloat16", () => Judge(HasInstructions(), Measured.Value.Float, Measured.Value.Half));

    /// <summary>Whether bfloat16 is worth its rounding.</summary>
    /// <param name="instructions">Whether the processor has instructions for it; null where that is not known.</param>
    /// <param name="float32">Measured rate of float32 products.</param>
    /// <param name="bfloat16">Measured rate of bfloat16 products.</param>
    internal static Either<FloeError, Unit> Judge(bool? instructions, double float32, double bfloat16) =>
        instructions == false ? Refused("a processor without avx512_bf16 and AMX")
        : bfloat16 >= float32 ? Unit.Default
        : Refused(FormattableString.Invariant($"{bfloat16:F0} GFLOP/s, and {float32:F0} in float32"));

    /// <summary>Rates of [128, 1024] × [1024, 1024] in float32 and bfloat16, 10⁹ operations a second; bfloat16 is 0 where the processor has
    /// no instructions.</summary>
    internal static (double Float, double Half) Rates() => HasInstructions() == false ? (0, 0) : Measured.Value;

    internal static ScalarType Scalar(this WeightType type) => type == WeightType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    private static readonly Lazy<(double Float, double Half)> Measured = new(() => (Rate(ScalarType.Float32), Rate(ScalarType.BFloat16)));

    private static double Rate(ScalarType type)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(TimedRows, TimedWidth).to(type), w = ones(TimedWidth, TimedWidth).to(type);
        double best = 0;
        for (int round = 0; round <= Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor y = nn.functional.linear(x, w);
            double rate = 2e-9 * TimedRows * TimedWidth * TimedWidth / Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = round == 0 ? 0 : Math.Max(best, rate);
        }

        return best;
    }

    // CPUID leaf 7: subleaf 1, EAX bit 5 is AVX512_BF16; subleaf 0, EDX bit 22 is AMX_BF16. Other processors are judged by the rate alone.
    private static bool? HasInstructions()
    {
        if (!X86Base.IsSupported)
        {
            return null;
        }

        (int leaves, _, _, _) = X86Base.CpuId(0, 0);
        return leaves >= 7 && Avx512F.IsSupported
            && ((X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0 || (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0);
    }

    private static FloeError.Unsupported Refused(string found) =>
        new("--dtype bfloat16", found, "a device that multiplies bfloat16 at least as fast as float32",
            "Leave --dtype out: float32 is faster here.");
}
