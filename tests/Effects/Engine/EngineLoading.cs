using System.Diagnostics;
using System.Text;
using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Packaging;
using TorchSharp;
using Xunit;

namespace Floe.Tests.Effects.Engine;

/// <summary>LibTorch comes in with the first tensor, not with the assembly; a part that is missing or damaged is a clear error.</summary>
public sealed class EngineLoading : IDisposable
{
    private const string Native = "libLibTorchSharp.so";
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void ReferencingTheAssemblyLoadsNothingNative() =>
        Assert.DoesNotContain("torch", Mapped("assembly"), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void TheFirstTensorLoadsIt() => Assert.Contains(Native, Mapped("tensor"), StringComparison.Ordinal);

    [Fact]
    public void WithoutABackendTheToolNamesThePackagesThatAreOne()
    {
        Refused("libtorch-cpu-linux-x64", "TorchSharp-cpu", "TorchSharp-cuda-linux");
        Assert.False(Directory.Exists(scratch.At("cpu")), "TorchSharp copied what the package cache holds");
    }

    [Fact]
    public void AnOlderCppRuntimeIsNamedWithTheVersionThatItLacks()
    {
        TakeLibTorch();
        File.WriteAllBytes(scratch.At(Folder, Native), AsksFor("GLIBCXX_3.4.99"));
        Refused("libstdc++.so.6 has no GLIBCXX_3.4.99", "FloeMend", "GCC 13");
    }

    [Fact]
    public void ADamagedFileIsNamed()
    {
        TakeLibTorch();
        File.WriteAllBytes(scratch.At(Folder, Native), File.ReadAllBytes(Package)[..100]);
        Refused($"{Native}: cannot read file data", "package cache");
    }

    [Theory]
    [InlineData("/lib64/libc.so.6: version `GLIBC_2.34' not found (required by /a/b.so)", "libc.so.6 has no GLIBC_2.34", "Debian 12")]
    [InlineData(
        "/a.so: cannot open shared object file: No such file\n/lib/libstdc++.so.6: version `CXXABI_1.3.13' not found (required by y)",
        "libstdc++.so.6 has no CXXABI_1.3.13",
        "GCC 13")]
    [InlineData("/app/libLibTorchSharp.so: undefined symbol: _ZN2at4_ops", "another version", "libtorch-cpu-")]
    [InlineData("dlopen(libLibTorchSharp.dylib, 0x0001): Library not loaded: @rpath/libtorch.dylib", "no LibTorch for", "TorchSharp-cpu")]
    [InlineData("Unable to load DLL 'X': The specified module could not be found. (0x8007007E)", "no LibTorch for", "TorchSharp-cpu")]
    public void WhatALoaderSaysBecomesWhatIsMissingAndWhatToDo(string said, string found, string remedy)
    {
        FloeError.Io error = Assert.IsType<FloeError.Io>(LibTorchLoading.Explain("collect", said));
        Assert.Equal("collect", error.Where);
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Remedy, StringComparison.Ordinal);
    }

    /// <summary>In the other process: a look at the assembly only, or a first tensor; then the shared libraries in memory.</summary>
    public static int Work(string what)
    {
        Console.WriteLine(typeof(TensorEdge).Assembly.GetName().Name);
        if (what == "tensor")
        {
            Assert.True(TensorEdge.Run("test", () => torch.ones(1).numel()).IsRight);
        }

        IEnumerable<string> mapped = File.ReadLines("/proc/self/maps").Where(line => line.Contains(".so", StringComparison.Ordinal));
        Console.WriteLine(string.Join('\n', mapped.Select(Path.GetFileName)));
        return 0;
    }

    private static string Package { get; } = Path.Combine(PackageCache.Of("torchsharp"), "runtimes", "linux-x64", "native", Native);

    private static string Folder { get; } = Path.Combine("runtimes", "linux-x64", "native");

    // Another process of this test assembly that touches the library as told and prints its mapped files.
    private static string Mapped(string what)
    {
        (int code, string output, string errors) = Run([typeof(EngineLoading).Assembly.Location, "engine-loading", what]);
        Assert.True(code == 0, errors);
        return output;
    }

    // The tool in a folder of its own, without native parts but those that were put there.
    private void Refused(params string[] words)
    {
        string[] files = Directory.GetFiles(AppContext.BaseDirectory);
        foreach (string file in files.Where(one => Path.GetExtension(one) is ".dll" or ".json"))
        {
            File.Copy(file, scratch.At(Path.GetFileName(file)));
        }

        (int code, string output, string errors) = Run([scratch.At("floe.dll"), "machine"]);
        Assert.True(code == 4, errors);
        Assert.Empty(output);
        Assert.All(words, word => Assert.Contains(word, errors, StringComparison.Ordinal));
    }

    private void TakeLibTorch()
    {
        Directory.CreateDirectory(scratch.At(Folder));
        string[] files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, Folder));
        foreach (string file in files.Where(one => Path.GetFileName(one) != Native))
        {
            File.CreateSymbolicLink(scratch.At(Folder, Path.GetFileName(file)), file);
        }
    }

    // The package's file, which asks for GLIBCXX_3.4.32 by name and by the hash of the name (System V ABI).
    private static byte[] AsksFor(string version)
    {
        byte[] all = File.ReadAllBytes(Package);
        Replace(Encoding.ASCII.GetBytes("GLIBCXX_3.4.32\0"), Encoding.ASCII.GetBytes(version + "\0"));
        Replace(BitConverter.GetBytes(Hash("GLIBCXX_3.4.32")), BitConverter.GetBytes(Hash(version)));
        return all;

        void Replace(byte[] what, byte[] by) => by.CopyTo(all, all.AsSpan().IndexOf(what));
        static uint Hash(string name) => name.Aggregate(0u, (sum, letter) => Fold((sum << 4) + letter));
        static uint Fold(uint sum) => (sum ^ ((sum & 0xf0000000) >> 24)) & 0x0fffffff;
    }

    private static (int Code, string Output, string Errors) Run(string[] args)
    {
        ProcessStartInfo start = new("dotnet", ["exec", .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
