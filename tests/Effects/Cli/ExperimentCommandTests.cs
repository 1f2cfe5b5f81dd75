using System.Text.Json;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary><c>floe experiment selection</c> on the embedded model.</summary>
public sealed class ExperimentCommandTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string plan;

    public ExperimentCommandTests()
    {
        string sample = Embedded.Sample(scratch);
        plan = scratch.At("plan.yaml");
        File.WriteAllText(plan, $$"""
            name: tiny
            model: {{Embedded.Model}}
            length: 24
            sample: [{ data: {{sample}}, take: 2 }]
            probe: [{ data: {{sample}}, skip: 2, take: 2 }]
            heldout: [{ data: {{sample}}, skip: 4, take: 3 }]
            calibration: { sequences: 1, tokens: 16 }
            sample_training: { steps: 1, batch: 2 }
            training: { steps: 1, batch: 2 }
            selection: { tuning: none }
            policies: [last, "suffix:2", ablate]
            """);
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void ASetIsTrainedOnceAndASecondCallTrainsNothing()
    {
        string[] line = [
            "experiment", "selection", plan, "--layers", "2", "--seeds", "1", "--random", "2", "--rates", "0.001,0.01", "--out",
                scratch.At("out"), "--json"];
        FloeProcess first = Embedded.Done(line);
        JsonElement page = JsonDocument.Parse(first.Out).RootElement;
        Assert.Equal(
            ["last", "suffix:2", "ablate"], page.GetProperty("policies")
                .EnumerateArray()
                .Select(row => row.GetProperty("policy").GetString()));

        // The last two layers are one set under two names; with two random sets, the layers of ablate and all layers that makes four or
        // five.
        string[] cells = Directory.GetDirectories(scratch.At("out", "cells"));
        Assert.InRange(cells.Length, 4, 5);
        Assert.DoesNotContain(cells, cell => Directory.Exists(Path.Combine(cell, "adapter")));
        FloeProcess second = Embedded.Done(line);
        Assert.Equal(first.Out, second.Out);
        Assert.DoesNotContain("took", second.Error, StringComparison.Ordinal);
        Assert.All(
            (string[])["trained.parquet", "losses.parquet", "evidence.parquet"], name => Assert.True(File.Exists(scratch.At("out", name))));
    }

    [Theory]
    [InlineData("--layers", "13", "at most the model's 12 layers")]
    [InlineData("--layers", "2,2", "different whole numbers")]
    [InlineData("--rates", "0.1,x", "different numbers above 0")]
    public void WhatCannotBeComparedIsRefused(string option, string value, string expected)
    {
        FloeProcess refused = Embedded.Run(
            ["experiment", "selection", plan, "--seeds", "1", "--random", "1", option, value, "--out", scratch.At("out")]);
        Assert.Equal(2, refused.Code);
        Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
    }
}
