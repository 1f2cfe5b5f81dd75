using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace TorchSharp;

/// <summary>
/// Finds the shim, and before it loads sets what LibTorch and its BLAS read once at load: thread counts, and the OpenMP build of OpenBLAS so
/// that both share one pool of threads. What the user has set in the environment stands. Measured in docs/results/threads.md.
/// </summary>
internal static partial class NativeLoader
{
    private const string FileName = "libfloe_torch.so";
    private const int LoadNowForAll = 0x102; // RTLD_NOW | RTLD_GLOBAL

    // Threads that wait for work spin about a microsecond, then sleep: as fast as spinning on where the cores are free, and many times faster
    // where other work takes turns on them.
    private const string ShortSpin = "1000";

    private static readonly Lock Gate = new();
    private static nint loaded;

    /// <summary>Only says who answers when the first export is called: loading this assembly loads nothing native.</summary>
    [ModuleInitializer]
    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == NativeMethods.Library ? Load() : 0);

    private static nint Load()
    {
        lock (Gate)
        {
            return loaded != 0 ? loaded : loaded = LoadFirst();
        }
    }

    private static nint LoadFirst()
    {
        string path = Find();
        if (path is null || !File.Exists(path))
        {
            throw new DllNotFoundException(
                $"The native part ({path ?? FileName}) was not found{(path is null ? $" beside {AppContext.BaseDirectory} nor in a .build/native/current folder above it" : "")}. " +
                "Run `./floe setup` to build it, or set FLOE_NATIVE to its path.");
        }

        string cores = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);
        SetDefault("OMP_NUM_THREADS", cores);
        SetDefault("OPENBLAS_NUM_THREADS", Environment.GetEnvironmentVariable("OMP_NUM_THREADS") ?? cores);
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY")))
        {
            SetDefault("GOMP_SPINCOUNT", ShortSpin);
        }

        PreloadBlas();
        return NativeLibrary.Load(path);
    }

    /// <summary>FLOE_NATIVE (a file or its folder), the folder of the program, then .build/native/current of a folder above.</summary>
    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("FLOE_NATIVE") is { Length: > 0 } given)
        {
            return Directory.Exists(given) ? Path.Combine(given, FileName) : given;
        }

        return Folders().Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> Folders()
    {
        yield return AppContext.BaseDirectory;
        for (string at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            yield return Path.Combine(at, ".build", "native", "current");
        }
    }

    /// <summary>
    /// LibTorch asks for libblas.so.3 by that name; the library loaded first under it serves, whatever the system's alternatives say.
    /// FLOE_BLAS=system leaves the choice to the system. (The shim sends float32 products to oneDNN where FLOE_BLAS is not set: products.cpp.)
    /// </summary>
    private static void PreloadBlas()
    {
        if (Environment.GetEnvironmentVariable("FLOE_BLAS") == "system")
        {
            return;
        }

        foreach (string root in new[] { "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu" })
        {
            foreach (string name in new[] { "libblas.so.3", "liblapack.so.3" })
            {
                string path = Path.Combine(root, "openblas-openmp", name);
                if (File.Exists(path))
                {
                    Open(path, LoadNowForAll);
                }
            }
        }
    }

    /// <summary>.NET keeps its own copy of the environment; C libraries read the process's.</summary>
    private static void SetDefault(string name, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
        {
            SetEnvironment(name, value, 1);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);
}
