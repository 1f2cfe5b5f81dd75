using System.Text.Json;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>Scores and probe of an adapter on all layers of the embedded model, made once.</summary>
public sealed class ProbedAdapter : IDisposable
{
    public ProbedAdapter()
    {
        string sample = Embedded.Sample(Scratch);
        Embedded.Done(
            "adapt", "--model", Embedded.Model, "--data", sample, "--layers", "all", "--steps", "2", "--batch", "2", "--length", "32",
                "--out", Scratch.At("adapted"));
        string[] inputs = [
            "--model", Embedded.Model, "--adapter", Scratch.At("adapted"), "--data", sample, "--length", "32", "--out",
                Scratch.At("scores")];
        Embedded.Done(["collect", .. inputs, "--no-statistics", "--sequences", "2", "--tokens", "16"]);
        Embedded.Done(
            ["probe", .. inputs, "--policies", "ablate,backward,forward,progressive,gates", "--train", sample, "--steps", "9"]);
    }

    public Scratch Scratch { get; } = new();

    public void Dispose() => Scratch.Dispose();
}

/// <summary><c>floe probe</c> and the policies that choose by what it finds, on the embedded model.</summary>
public sealed class ProbeCommandTests(ProbedAdapter made) : IClassFixture<ProbedAdapter>
{
    private readonly string scores = made.Scratch.At("scores", "scores.parquet"), probe = made.Scratch.At("scores", "probe.parquet");

    [Theory]
    [InlineData("ablate")]
    [InlineData("backward")]
    [InlineData("forward")]
    [InlineData("progressive")]
    [InlineData("gates")]
    [InlineData("stratified:ablate")]
    [InlineData("per-second:forward")]
    public void APolicyChoosesAsManyLayersAsItIsAskedFor(string policy)
    {
        JsonElement page = JsonDocument.Parse(Embedded.Done(
            "select", scores, "--statistics", probe, "--policy", policy, "--n", "4", "--out", made.Scratch.At("chosen"),
                "--json").Out).RootElement;
        Assert.Equal(4, page.GetProperty("layers").EnumerateArray().Count(layer => layer.GetProperty("selected").GetBoolean()));
        Assert.Equal(policy == "gates", page.TryGetProperty("gates", out JsonElement gates));
        Assert.True(policy != "gates" || gates.GetProperty("proven").GetBoolean());
    }

    [Theory]
    [InlineData("progressive", "--train")]
    [InlineData("ablate", "--policies progressive", "--train", "sample.jsonl")]
    [InlineData("ablate,gates", "--policies progressive", "--steps", "3")]
    public void WhatTrainsBetweenIsAskedForWhereItIsRead(string policies, string said, params string[] more)
    {
        FloeProcess floe = FloeProcess.Run(
            ["probe", "--model", Embedded.Model, "--adapter", made.Scratch.At("adapted"), "--data", made.Scratch.At("sample.jsonl"),
                "--policies", policies, .. more]);
        Assert.Equal(2, floe.Code);
        Assert.Contains(said, floe.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutTheProbeItsFileIsAskedFor()
    {
        FloeProcess none = FloeProcess.Run("select", scores, "--policy", "ablate", "--n", "4", "--out", made.Scratch.At("chosen"));
        Assert.Equal(2, none.Code);
        Assert.Contains("floe probe", none.Error, StringComparison.Ordinal);
        FloeProcess other = FloeProcess.Run(
            "select", scores, "--statistics", made.Scratch.At(
                "scores", "statistics.parquet"), "--policy", "ablate", "--n", "4", "--out", made.Scratch.At("chosen"));
        Assert.Equal(3, other.Code);
        Assert.Contains("floe probe", other.Error, StringComparison.Ordinal);
    }
}
