using System.Diagnostics;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Experiments;

/// <summary>Every program under experiments/ compiles and says what it should, as a reader would run it.</summary>
public class ExperimentTests
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly string Folder = Path.Combine(FixtureFolders.RepositoryRoot, "experiments");

    [Fact]
    public void EveryProgramIsTried() => Assert.Equal(
        ["plot.cs", "policy.cs", "ranks.cs", "reselect.cs", "sweep.cs"],
        Directory.GetFiles(Folder, "*.cs").Select(p => Path.GetFileName(p)).Order());

    [Fact]
    public void Reselect()
    {
        string output = Run("reselect.cs");
        Assert.Contains("46350 in 30 layers", output, StringComparison.Ordinal);
        Assert.Equal(
            8, output.Split('\n')
                .Single(l => l.StartsWith("chosen", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries).Length - 1);
    }

    [Fact]
    public void Sweep() => Assert.Equal(9, Run("sweep.cs").Split('\n').Count(l => l.StartsWith("0.", StringComparison.Ordinal)));

    [Fact]
    public void Policy()
    {
        string output = Run("policy.cs");
        Assert.Contains(" laws hold", output, StringComparison.Ordinal);
        Assert.Contains("monotone-in-budget is broken: ρ = ", output, StringComparison.Ordinal);
        Assert.Contains("layer 0 Head 0: τ ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks() => Assert.Equal(
        5, Run("ranks.cs", Path.Combine("data", "smollm2", "ranks-gsm8k"), "2").Split('\n')
            .Count(l => l.Contains(" ± ", StringComparison.Ordinal)));

    [Fact]
    public void Plot()
    {
        using Scratch scratch = new();
        Assert.Contains(
            "30 layers, 3 policies", Run(
                "plot.cs", Path.Combine("data", "smollm2", "scores.parquet"), scratch.At("saliency.svg")), StringComparison.Ordinal);
        Assert.StartsWith("<svg", File.ReadAllText(scratch.At("saliency.svg")), StringComparison.Ordinal);
    }

    private static string Run(string program, params string[] args)
    {
        ProcessStartInfo start = new("dotnet", ["run", "-c", Configuration, Path.Combine(Folder, program), "--", .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = FixtureFolders.RepositoryRoot,
        };

        // A build node that outlives the program would keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + error.Result);
        return output;
    }
}
