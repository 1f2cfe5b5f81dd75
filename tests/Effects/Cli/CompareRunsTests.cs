using System.Text.Json;
using Floe.Effects.Reporting;
using Floe.Effects.Results;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Reports;
using Floe.Tests.Properties.Reports;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary><c>floe compare</c> on run folders: what policies differ by on the same held-out samples.</summary>
public sealed class CompareRunsTests
{
    [Fact]
    public void PoliciesAreComparedSampleBySample()
    {
        using Scratch scratch = new();
        RunFolderOnDisk.Write(scratch.Folder);
        Evaluate(scratch, RunFolder.Of("fisher", "eval.json"), [1.0, 1.5, 2.0, 1.2]);
        Evaluate(scratch, RunFolder.Of("random", "eval.json"), [1.1, 1.7, 2.1, 1.4]);
        FloeProcess floe = FloeProcess.Run("compare", scratch.Folder, "--json");
        Assert.Equal((0, ""), (floe.Code, floe.Error));
        using JsonDocument json = JsonDocument.Parse(floe.Out);
        Assert.Equal(5, json.RootElement.GetProperty("runs").GetArrayLength());

        // The other policies kept no losses of samples.
        JsonElement difference = Assert.Single(json.RootElement.GetProperty("differences").EnumerateArray());
        Assert.Equal(("random", "fisher"), (difference.GetProperty("policy").GetString(), difference.GetProperty("against").GetString()));
        Assert.Equal(0.15, difference.GetProperty("loss_difference").GetDouble(), 12);
        Assert.InRange(difference.GetProperty("low").GetDouble(), 0.1 - 1e-12, 0.15);
        Assert.InRange(difference.GetProperty("high").GetDouble(), 0.15, 0.2 + 1e-12);
        Assert.Equal(0, difference.GetProperty("p").GetDouble());
    }

    [Fact]
    public void LossesOfOtherSamplesAreNotPaired()
    {
        using Scratch scratch = new();
        RunFolderOnDisk.Write(scratch.Folder);
        Evaluate(scratch, RunFolder.Of("fisher", "eval.json"), [1.0, 1.5, 2.0, 1.2], "one");
        Evaluate(scratch, RunFolder.Of("random", "eval.json"), [1.1, 1.7, 2.1, 1.4], "another");
        Evaluate(scratch, RunFolder.Of("weight-norm", "eval.json"), [1.1, 1.7, 2.1, 1.4], "one");

        // Written before evaluations said what they were measured on.
        Evaluate(scratch, RunFolder.Of("all", "eval.json"), [1.1, 1.7, 2.1, 1.4]);
        Arr<RunDifference> differences = Expect.Right(RunDifferences.Of([scratch.Folder], 7));
        Assert.Equal(["weight-norm", "all"], differences.Map(d => d.Policy).ToArray());
    }

    private static void Evaluate(Scratch scratch, string file, double[] losses, string? data = null) => Expect.Right(EvaluationFile.Write(
        scratch.At(file), new EvaluationResult(
            1.5, Math.Exp(1.5), 40, losses.Length, 0.25) { SampleLosses = new Arr<double>(losses), Data = Prelude.Optional(data!) }));
}
