using Floe.Domain.Layers;
using Floe.Effects.Files;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Runs;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Runs;

/// <summary>The stage that docs/extending.md adds: one file, run between the others as they are.</summary>
public sealed class ToyStageTests : IDisposable
{
    private static readonly string Data = Path.Combine(FixtureFolders.RepositoryRoot, "data", "smollm2");

    private static readonly RunPlan Plan = TinyDecoder.Right(PlanFile.Parse("/p.yaml", """
        name: toy
        model: m
        sample: [{ data: a.jsonl }]
        heldout: [{ data: b.jsonl }]
        selection: { layers: 8 }
        """));

    private readonly Scratch scratch = new();

    [Fact]
    public void AStageOfOneFileRunsBetweenTheOthersAndOnlyWhenItHasTo()
    {
        Assert.Equal(["collected", "select", "depth"], Ran(Plan));
        Assert.InRange(
            double.Parse(File.ReadAllText(scratch.At("depth.txt")), System.Globalization.CultureInfo.InvariantCulture), 0.01, 0.99);
        Assert.Empty(Ran(Plan));
        Assert.Equal(["select", "depth"], Ran(Plan with { Selection = Plan.Selection with { Choice = new LayerChoice.Top(3) } }));
        File.Delete(scratch.At("depth.txt"));
        Assert.Equal(["depth"], Ran(Plan with { Selection = Plan.Selection with { Choice = new LayerChoice.Top(3) } }));
    }

    [Fact]
    public void ThePageShowsTheStageAsItStandsHere()
    {
        string page = File.ReadAllText(Path.Combine(FixtureFolders.RepositoryRoot, "docs", "extending.md"));
        string here = File.ReadAllText(Path.Combine(FixtureFolders.RepositoryRoot, "tests", "Effects", "Runs", "ToyStageTests.cs"));
        Assert.Contains(here[here.LastIndexOf("/// <summary><c>depth</c>", StringComparison.Ordinal)..], page, StringComparison.Ordinal);
    }

    public void Dispose() => scratch.Dispose();

    private string[] Ran(RunPlan plan)
    {
        List<string> ran = [];
        using ModelHolder models = new("none", None, "cpu", _ => { });
        Arr<Stage> stages = Array(Collected(), SelectStage.Of(plan), DepthStage.Of(plan));
        TinyDecoder.Right(RunExecution.Execute(
            scratch.At(""), new RunIdentity("toy", 1, "plan", "floe 1"), stages, models,
                RunListener.Silent with { End = record => ran.Add(record.Name) }, CancellationToken.None));
        return [.. ran];
    }

    private static Stage Collected() => new(
        "collected", "copies stored scores", [], Array(RunFolder.Scores, RunFolder.Statistics), Fingerprint.Of(), context =>
            from file in ScoreTables.Read(Path.Combine(Data, "scores.parquet"))
            from scores in ScoreTables.Write(context.At(RunFolder.Scores), file.Sums, file.Metadata)
            from statistics in StatisticsTables.Write(
                context.At(RunFolder.Statistics), LayerStatistics.None(file.Sums.Shape.Layers), file.Metadata)
            select StageOutcome.Written(statistics));
}

/// <summary><c>depth</c>: how deep the chosen layers lie, from 0 for the lowest to 1.</summary>
internal static class DepthStage
{
    public static Stage Of(RunPlan plan) => new(
        "depth",
        "says how deep the chosen layers lie",
        Array(StageInput.Made(RunFolder.Layers)),
        Array("depth.txt"),
        Fingerprint.Of(("choice", plan.Selection.Choice)),
        context =>
            from layers in LayerTables.Read(context.At(RunFolder.Layers))
            let depths = layers.Selected.AsEnumerable().Select(layer => layer / (layers.Rows.Count - 1.0))
            from written in AtomicFile.WriteText(context.At("depth.txt"), FormattableString.Invariant($"{depths.Average():F3}\n"))
            select StageOutcome.Written(written));
}
