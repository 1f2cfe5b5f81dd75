using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Floe.Domain;
using LanguageExt;
using static TorchSharp.torch;

namespace Floe.Effects.Engine;

/// <summary>What this machine gives LibTorch.</summary>
/// <param name="Cores">Processors that the process may use.</param>
/// <param name="Threads">Threads of one LibTorch operation.</param>
/// <param name="SgemmGigaflops">Measured rate of a single-precision matrix product, 10⁹ operations a second.</param>
/// <param name="ExpectedGigaflops">What an optimized BLAS gives at least on these threads.</param>
/// <param name="Cuda">Whether a CUDA device is there.</param>
internal sealed record MachineFigures(int Cores, int Threads, double SgemmGigaflops, double ExpectedGigaflops, bool Cuda)
{
    /// <summary>What is wrong, for a person; none where the rate is as it should be.</summary>
    public Option<string> Warning => SgemmGigaflops >= ExpectedGigaflops
        ? Option<string>.None
        : FormattableString.Invariant(
            $"matrix products run at {SgemmGigaflops:F1} GFLOP/s where {ExpectedGigaflops:F0} are usual on {Threads} threads: ")
            + "other work keeps the cores busy, or there are more threads than cores";
}

/// <summary>What the engine chose on this machine, and the rates that it chose by, 10⁹ operations a second.</summary>
/// <param name="Products">What computes float32 products of frozen weights.</param>
/// <param name="MklGigaflops">LibTorch's <c>linear</c>, [256, 1024] × [1024, 1024].</param>
/// <param name="OneDnnGigaflops">The same through oneDNN.</param>
/// <param name="BFloat16Gigaflops">[128, 1024] × [1024, 1024] in bfloat16; 0 where the processor has no instructions for it.</param>
/// <param name="BFloat16">Whether <c>--dtype bfloat16</c> is taken on the CPU.</param>
/// <param name="KeepsMemory">Whether freed memory stays in the process.</param>
internal sealed record EngineChoices(
    ProductWay Products, double MklGigaflops, double OneDnnGigaflops, double BFloat16Gigaflops, bool BFloat16, bool KeepsMemory);

/// <summary>Measures the machine.</summary>
internal static class MachineCheck
{
    private const int Size = 768;
    private const int Repeats = 5;
    private const int GlanceSize = 512;
    private const int GlanceRepeats = 3;

    /// <summary>Times [768, 768] × [768, 768] in float32 and takes the best of five.</summary>
    /// <returns>The figures, or the error where LibTorch is missing.</returns>
    public static Either<FloeError, MachineFigures> Run() => Measure(Size, Repeats, enough: double.PositiveInfinity);

    /// <summary>Times the products that the engine chooses by.</summary>
    /// <returns>The choices; or the error where LibTorch is missing or <c>FLOE_PRODUCTS</c> is no way.</returns>
    public static Either<FloeError, EngineChoices> Choices() => TensorEdge.Bind("machine", () =>
        from known in Products.Check()
        let rates = Products.Rates()
        select new EngineChoices(
            Products.Way, rates.Mkl, rates.OneDnn, WeightTypes.Rates().Half, WeightType.BFloat16.Check(CPU).IsRight,
                EngineStart.KeepsMemory));

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

        return new MachineFigures(Environment.ProcessorCount, threads, best, expected, cuda.is_available());
    });

    // A third of what the instruction set allows at 2 GHz; the reference BLAS reaches about 1.
    private static double PerThread() => Avx512F.IsSupported ? 30 : Avx2.IsSupported ? 20 : 5;
}
