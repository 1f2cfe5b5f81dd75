using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>A plan that could not be trained ends as an error of the plan, wherever it came from: options, plan.json, layers.parquet, a
/// plan of a run.</summary>
public sealed class PlanSourceTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string sample;

    public PlanSourceTests() => sample = Embedded.Sample(scratch);

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("adapt --modules up_proj,up_proj", 2, "up_proj twice")]
    [InlineData("adapt --modules up_proj,down_proj,up_proj --layers 3", 2, "up_proj twice")]
    [InlineData("adapt --modules up_proj,", 2, "an empty name")]
    [InlineData("adapt --modules lm_head", 2, "lm_head")]
    [InlineData("adapt --kind lora --experts 2", 2, "an adapter with experts")]
    [InlineData("adapt --alpha 0", 2, "alpha above 0")]
    public void Options(string line, int code, string said) =>
        Refused([.. line.Split(' '), "--model", Embedded.Model, "--data", sample, "--steps", "1", "--out", scratch.At("out")], code, said);

    [Theory]
    [InlineData("""[]""", """[{"layer": 0, "rank": 2, "experts": 2}]""", "at least one of")]
    [InlineData("""["up_proj", "up_proj"]""", """[{"layer": 0, "rank": 2, "experts": 2}]""", "up_proj twice")]
    [InlineData("""["up_proj", "UP_PROJ"]""", """[{"layer": 0, "rank": 2, "experts": 2}]""", "UP_PROJ")]
    [InlineData("""["up_proj"]""", """[]""", "at least one layer")]
    [InlineData("""["up_proj"]""", """[{"layer": 0, "rank": 0, "experts": 2}]""", "rank 0")]
    [InlineData("""["up_proj"]""", """[{"layer": 0, "rank": 2, "experts": 0}]""", "0 experts")]
    [InlineData("""["up_proj"]""", """[{"layer": 1, "rank": 2, "experts": 2}, {"layer": 1, "rank": 2, "experts": 2}]""", "1 twice")]
    public void PlanFiles(string modules, string layers, string said)
    {
        string plan = scratch.At("plan.json");
        File.WriteAllText(plan, $$"""{"floe.format": "plan/1", "adapter": "hydra", "modules": {{modules}}, "alpha": 32, "dropout": 0.05, "layers": {{layers}}}""");
        Refused([
            "adapt", "--plan", plan, "--model", Embedded.Model, "--data", sample, "--steps", "1", "--out", scratch.At("out")], 3, said);
        Assert.Contains(plan, Embedded.Run("inspect", plan).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void LayersOfWhichNoneIsChosen()
    {
        string scores = Path.Combine(FixtureFolders.RepositoryRoot, "data", "smollm2", "scores.parquet");
        Embedded.Done("select", scores, "--threshold", "5", "--out", scratch.At("none"));
        Refused([
            "allocate", scratch.At("none", "layers.parquet"), "--parameters", "1000000", "--out", scratch.At("out")], 2,
                "at least one layer");
        Refused(
            ["allocate", scratch.At("none", "layers.parquet"), "--modules", "up_proj,up_proj", "--parameters", "1000000", "--out",
                scratch.At("out")], 2, "up_proj twice");
        Embedded.Done(
            "collect", "--model", Embedded.Model, "--data", sample, "--tokens", "32", "--no-statistics", "--out", scratch.At("scores"));
        Embedded.Done("select", scratch.At("scores", "scores.parquet"), "--threshold", "5", "--out", scratch.At("own"));
        Refused(
            ["adapt", "--model", Embedded.Model, "--data", sample, "--layers", scratch.At("own", "layers.parquet"), "--steps", "1", "--out",
                scratch.At("out")],
            2, "at least one layer");
    }

    [Theory]
    [InlineData("adapter: { modules: [up_proj, up_proj] }", "modules")]
    [InlineData("adapter: { modules: [] }", "modules")]
    [InlineData("selection: { threshold: 5 }", "at least one layer")]
    public void PlansOfRuns(string line, string said)
    {
        string plan = scratch.At("plan.yaml");
        File.WriteAllText(plan, $$"""
            name: tiny
            model: {{Embedded.Model}}
            length: 64
            sample: [{ data: sample.jsonl, take: 4 }]
            heldout: [{ data: sample.jsonl, skip: 8 }]
            calibration: { sequences: 1, tokens: 32 }
            training: { steps: 1, batch: 1 }
            sample_training: { steps: 1, batch: 1 }
            policies: [fisher]
            generation: { prompts: 0, tokens: 2 }
            {{line}}
            """);
        FloeProcess floe = Embedded.Run("run", plan, "--out", scratch.At("run"));
        Assert.InRange(floe.Code, 2, 3);
        Assert.Contains(said, floe.Error, StringComparison.Ordinal);
    }

    private static void Refused(string[] line, int code, string said)
    {
        FloeProcess floe = Embedded.Run(line);
        Assert.True(floe.Code == code, $"{floe.Code}: {floe.Out}{floe.Error}");
        Assert.Contains(said, floe.Error, StringComparison.Ordinal);
    }
}
