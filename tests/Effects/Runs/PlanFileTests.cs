using Floe.Domain;
using Floe.Effects.Plans;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Runs;

public class PlanFileTests
{
    private const string Least = """
        name: demo
        model: models/tiny
        sample: [{ data: train.jsonl, take: 8 }]
        heldout: [{ data: test.jsonl }]
        """;

    [Fact]
    public void TheShortestPlanHasEveryDefault()
    {
        RunPlan plan = Read(Least);
        Assert.Equal("/plans/models/tiny", plan.Model);
        Assert.Equal(42, plan.Seed);
        Assert.Equal(plan.Sample, plan.Train);
        Assert.Equal(8, plan.Sample[0].Take.IfNone(0));
        Assert.Equal(4, plan.Adapter.Experts);
        Assert.Equal("Gate Up Down", string.Join(' ', plan.Adapter.Modules));
        Assert.Equal(plan.Training, plan.SampleTraining);
        Assert.Equal(new Floe.Domain.Layers.SelectionOptions(), plan.Selection);
        Assert.Equal("fisher random weight-norm all", string.Join(' ', plan.Policies.Map(policy => policy.Name)));
    }

    [Fact]
    public void TrainingOfTheSampleInheritsFromTraining()
    {
        RunPlan plan = Read(Least + """

            training: { steps: 60, learning_rate: 5e-4 }
            sample_training: { steps: 20 }
            """);
        Assert.Equal(60, plan.Training.Options.Steps.IfNone(0));
        Assert.Equal(plan.Training.Options with { Steps = 20 }, plan.SampleTraining.Options);
    }

    [Fact]
    public void EveryFaultIsShownWithItsPlace()
    {
        string message = Fault("""
            name: demo
            model: tiny
            sample: [{ data: a.jsonl, take: 0 }]
            heldout: none
            seed: "7"
            trianing: { steps: 3 }
            adapter: { rank: 8.5, modules: [gate, up] }
            selection: { budget: 2, layers: 8, share: 0.5 }
            policies: [fisher, fisher]
            """);
        foreach (string part in new[]
        {
            "line 3, column 33, sample[0].take: expected a whole number from 1 to 2147483647, found '0'",
            "line 4, column 10, heldout: expected a list of at least 1 groups of keys, found 'none'",
            "line 5, column 7, seed: expected a whole number from 0 to 2147483647, found '7'",
            "line 6, column 1, trianing: expected one of the keys",
            "adapter.rank: expected a whole number from 1 to 1024, found '8.5'",
            "adapter.modules: expected each at most once of q_proj",
            "selection.budget: expected a number from 0 to 1, found '2'",
            "selection.layers: expected one of layers, share, threshold, found 2 of them",
            "policies: expected each policy once",
        })
        {
            Assert.Contains(part, message, StringComparison.Ordinal);
        }

        Assert.Equal(9, message.Split('\n').Length);
    }

    [Fact]
    public void MissingKeysAreFaults() =>
        Assert.Equal(4, Fault("seed: 3").Split('\n').Length);

    [Theory]
    [InlineData("a: &x [1]\nb: *x", "an anchor")]
    [InlineData("name: *x", "an alias")]
    [InlineData("name: !!python/object x", "a tag")]
    [InlineData("name: a\nname: b", "each key once")]
    [InlineData("name: a\n---\nname: b", "a second one")]
    [InlineData("name: [1", "YAML")]
    [InlineData("- a", "a group of keys")]
    [InlineData("", "an empty file")]
    public void YamlThatIsNotAPlainTreeIsRefused(string text, string found) =>
        Assert.Contains(found, Fault(text), StringComparison.Ordinal);

    [Fact]
    public void DepthAndSizeAreBounded()
    {
        Assert.Contains("levels", Fault("name: " + new string('[', 100_000)), StringComparison.Ordinal);
        Assert.Contains("1 MiB", Fault(new string('#', 2_000_000)), StringComparison.Ordinal);
    }

    [Fact]
    public void AnyCutOfAPlanIsAnErrorOrAPlan()
    {
        for (int length = 0; length < Least.Length; length++)
        {
            Either<FloeError, RunPlan> outcome = PlanFile.Parse("/plans/demo.yaml", Least[..length]);
            Assert.True(outcome.Match(Right: _ => length > Least.Length - 4, Left: e => e.ExitCode == 3));
        }
    }

    private static RunPlan Read(string text) =>
        PlanFile.Parse("/plans/demo.yaml", text).Match(Right: p => p, Left: e => throw new InvalidOperationException(e.Message));

    private static string Fault(string text) =>
        PlanFile.Parse("/plans/demo.yaml", text)
            .Match(Right: _ => throw new InvalidOperationException("it was accepted"), Left: e => e.Message);
}
