using System.Diagnostics;
using TorchSharp;
using Xunit;

namespace Floe.Tests.Effects.Engine;

/// <summary>LibTorch comes in with the first tensor, not with the assembly; a missing native part is one clear error.</summary>
public class EngineLoading
{
    [Fact]
    public void Referencing_the_assembly_loads_nothing_native()
    {
        (int code, string output, string _) = Child("scope");
        Assert.Equal(0, code);
        Assert.DoesNotContain("libtorch", output, StringComparison.Ordinal);
        Assert.DoesNotContain("libfloe_torch", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_tensor_loads_it()
    {
        (int code, string output, string _) = Child("tensor");
        Assert.Equal(0, code);
        Assert.Contains("libfloe_torch", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_native_part_says_what_to_run()
    {
        (int code, string _, string errors) = Child("tensor", "/nowhere/libfloe_torch.so");
        Assert.NotEqual(0, code);
        Assert.Contains("DllNotFoundException", errors, StringComparison.Ordinal);
        Assert.Contains("./floe setup", errors, StringComparison.Ordinal);
    }

    /// <summary>In the other process: a scope only, or a first tensor; then the shared libraries in memory.</summary>
    public static int Work(string what)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        if (what == "tensor")
        {
            torch.ones(1);
        }

        Console.WriteLine(string.Join('\n', File.ReadLines("/proc/self/maps").Where(line => line.Contains(".so", StringComparison.Ordinal))));
        return 0;
    }

    /// <summary>Another process of this test assembly's folder that touches the library as told and prints its mapped files.</summary>
    private static (int Code, string Output, string Errors) Child(string what, string? native = null)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add("--runtimeconfig");
        start.ArgumentList.Add(Path.ChangeExtension(typeof(EngineLoading).Assembly.Location, ".runtimeconfig.json"));
        start.ArgumentList.Add(typeof(EngineLoading).Assembly.Location);
        start.ArgumentList.Add("engine-loading");
        start.ArgumentList.Add(what);
        if (native is not null)
        {
            start.Environment["FLOE_NATIVE"] = native;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
