using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Floe.Domain;
using LanguageExt;
using static TorchSharp.torch;

namespace Floe.Effects.Engine;

/// <summary>What this machine gives LibTorch.</summary>
/// <param name="Cores">Processors that the process may use.</param>
/// <param name="Threads">Threads of one LibTorch operation.</param>
/// <param name="Blas">File name of the BLAS library in use; empty where the system does not say.</param>
/// <param name="SgemmGigaflops">Measured rate of a single-precision matrix product, 10⁹ operations a second.</param>
/// <param name="ExpectedGigaflops">What an optimized BLAS gives at least on these threads.</param>
/// <param name="Cuda">Whether a CUDA device is there.</param>
public sealed record MachineFigures(int Cores, int Threads, string Blas, double SgemmGigaflops, double ExpectedGigaflops, bool Cuda)
{
    /// <summary>What is wrong, for a person; none where the rate is as it should be.</summary>
    public Option<string> Warning => SgemmGigaflops >= ExpectedGigaflops
        ? Option<string>.None
        : FormattableString.Invariant($"matrix products run at {SgemmGigaflops:F1} GFLOP/s where {ExpectedGigaflops:F0} are usual on {Threads} threads: ")
            + "other work keeps the cores busy, or LibTorch uses the reference BLAS (install libopenblas0-openmp, or run ./floe setup)";
}

/// <summary>Measures the machine.</summary>
public static class MachineCheck
{
    private const int Size = 768;
    private const int Repeats = 5;
    private const int GlanceSize = 512;
    private const int GlanceRepeats = 3;

    /// <summary>Times [768, 768] × [768, 768] in float32 and takes the best of five.</summary>
    /// <returns>The figures, or the error where LibTorch is missing.</returns>
    public static Either<FloeError, MachineFigures> Run() => Measure(Size, Repeats, enough: double.PositiveInfinity);

    /// <summary>
    /// A look before long work: [512, 512] × [512, 512], at most three times, ending with the first that is as fast as it should be. A few
    /// milliseconds on a machine in order.
    /// </summary>
    /// <returns>What is wrong, for a person; none where the rate is as it should be; or the error where LibTorch is missing.</returns>
    public static Either<FloeError, Option<string>> Glance() =>
        Measure(GlanceSize, GlanceRepeats, enough: 1).Map(figures => figures.Warning);

    // `enough` is the share of the expected rate at which the timing stops.
    private static Either<FloeError, MachineFigures> Measure(int size, int repeats, double enough) => TensorEdge.Run("machine", () =>
    {
        using IDisposable frozen = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Tensor a = ones(size, size);
        int threads = get_num_threads();
        double expected = threads * PerThread(), best = 0;
        for (int i = 0; i <= repeats && best < enough * expected; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor product = mm(a, a);
            double rate = 2e-9 * size * size * size / Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = i == 0 ? 0 : Math.Max(best, rate);
        }

        return new MachineFigures(Environment.ProcessorCount, threads, BlasName(), best, expected, cuda.is_available());
    });

    // A third of what the instruction set allows at 2 GHz; the reference BLAS reaches about 1.
    private static double PerThread() => Avx512F.IsSupported ? 30 : Avx2.IsSupported ? 20 : 5;

    private static string BlasName() => OperatingSystem.IsLinux()
        ? Files.FileErrors.Try("/proc/self/maps", "read", () => File.ReadLines("/proc/self/maps")
            .Select(line => Path.GetFileName(line[(line.LastIndexOf(' ') + 1)..]))
            .FirstOrDefault(IsBlas) ?? "").IfLeft("")
        : "";

    private static bool IsBlas(string name) =>
        name.StartsWith("libopenblas", StringComparison.Ordinal) || name.StartsWith("libmkl", StringComparison.Ordinal)
        || name.StartsWith("libblis", StringComparison.Ordinal) || name.StartsWith("libblas", StringComparison.Ordinal);
}
