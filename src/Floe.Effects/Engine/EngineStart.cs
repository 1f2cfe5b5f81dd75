using System.Runtime.InteropServices;
using TorchSharp;

namespace Floe.Effects.Engine;

/// <summary>
/// Sets the process up for LibTorch before its first operation: how long a thread of OpenMP spins, freed memory kept, one thread a
/// processor. What the user has set in the environment stands. The figures behind each choice are in docs/results/engine.md.
/// </summary>
internal static partial class EngineStart
{
    // A waiting thread that spins for longer takes its turn from the thread it waits for, where other work shares the cores.
    private const string Spins = "1000";

    // mallopt's parameters (malloc.h): freed blocks below 1 GiB go back into the heap and the heap is not cut below 2 GB, so that a step
    // finds the last one's memory.
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3;

    private static readonly string[] AllocatorVariables =
        ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_ARENA_MAX", "GLIBC_TUNABLES", "LD_PRELOAD"];

    private static readonly Lazy<bool> Prepared = new(Prepare), Threaded = new(Thread);

    /// <summary>Whether freed memory is kept: on Linux with glibc, unless the environment speaks about the allocator.</summary>
    public static bool KeepsMemory => Prepared.Value;

    /// <summary>Environment and allocator; the first call does it.</summary>
    public static void BeforeLoading() => _ = Prepared.Value;

    /// <summary>Threads, and the first calls that must not be made by two of them; the first call does it.</summary>
    public static void AfterLoading() => _ = Threaded.Value;

    private static bool Prepare()
    {
        // LibTorch brings libgomp, which reads this once, when it is loaded. What .NET sets in its own environment never reaches it.
        if (Unset("GOMP_SPINCOUNT") && Unset("OMP_WAIT_POLICY") && InLibc("setenv"))
        {
            _ = SetEnvironment("GOMP_SPINCOUNT", Spins, 0);
        }

        return AllocatorVariables.All(Unset) && InLibc("mallopt")
            && SetAllocator(MmapThreshold, 1 << 30) == 1
                && SetAllocator(TrimThreshold, 2_000_000_000) == 1
                && SetAllocator(TopPad, 64 << 20) == 1;
    }

    // LibTorch counts cores, and takes one of the two that a virtual machine calls threads of one core.
    private static bool Thread()
    {
        bool free = Unset("OMP_NUM_THREADS") && Unset("MKL_NUM_THREADS");
        if (free)
        {
#pragma warning disable RS0030 // The number of processors is at least 1.
            torch.set_num_threads(Environment.ProcessorCount);
#pragma warning restore RS0030
        }

        FirstCalls.Make();
        return free;
    }

    private static bool Unset(string variable) => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    // musl has no mallopt; Windows and macOS have neither.
    private static bool InLibc(string function) =>
        OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libc.so.6", out nint library)
            && NativeLibrary.TryGetExport(library, function, out _);

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetAllocator(int parameter, int value);
}
