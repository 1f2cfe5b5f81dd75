using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Effects.Plans;
using Floe.Effects.Runs;
using Floe.Tests.Effects.Identities;
using Floe.Tests.Effects.Models;
using Xunit;

namespace Floe.Tests.Effects.Runs;

/// <summary>No setting of a plan is forgotten in what decides whether a stage runs again, and none that decides nothing stands
/// there.</summary>
public sealed class PlanIdentityTests
{
    private const string Text = """
        name: demo
        model: m
        tokenizer: t
        length: 64
        sample: [{ data: a.jsonl, take: 8 }, { data: b.jsonl, skip: 20, take: 4 }, { data: a.jsonl, skip: 40 }]
        train: [{ data: c.jsonl, skip: 1, take: 9 }]
        heldout: [{ data: t.jsonl, take: 3 }]
        calibration: { text: x.txt }
        training: { steps: 5 }
        sample_training: { steps: 4 }
        collection: { per_sample: true }
        selection: { refinement: exact, exact_states: 1000, cost: 3.5, layers: 2, at_least_half: true }
        policies: [fisher, "stratified:random"]
        evaluation: { exact_match: 3 }
        """;

    // The folder's name; memory and checkpoints, which change a result by rounding at most.
    private static readonly string[] DecideNothing =
    [
        "plan.Name", "plan.SampleTraining.MicroBatchTokens", "plan.SampleTraining.CheckpointEvery", "plan.Training.MicroBatchTokens",
        "plan.Training.CheckpointEvery", "plan.Collection.MicroBatchTokens",
    ];

    [Fact]
    public void EverySettingOfAPlanIsPartOfAStagesIdentity()
    {
        RunPlan plan = TinyDecoder.Right(PlanFile.Parse("/plans/demo.yaml", Text));
        string[] before = Identity(plan);
        (string Place, RunPlan Plan)[] altered = [
            .. Alterations.Of("plan", plan).Select(a => (a.Place, (RunPlan)a.Value)).Where(a => !a.Item2.Equals(plan))];
        string[] silent = [.. altered.Where(a => Identity(a.Plan).SequenceEqual(before)).Select(a => a.Place).Distinct()];

        Assert.True(altered.Length > 100, $"{altered.Length} alterations");
        Assert.Equal(DecideNothing.Order(), silent.Order());
    }

    [Fact]
    public void TwoFilesThatChangePlacesAreOtherSamples()
    {
        static string Sample(string third) =>
            Text.Replace("{ data: a.jsonl, skip: 40 }", $"{{ data: {third}, skip: 40 }}", StringComparison.Ordinal);
        Assert.NotEqual(
            Identity(
                TinyDecoder.Right(PlanFile.Parse("/p.yaml", Sample("a.jsonl")))), Identity(
                    TinyDecoder.Right(PlanFile.Parse("/p.yaml", Sample("b.jsonl")))));
    }

    [Fact]
    public void ThePoliciesOfAPlanDrawByItsSeed()
    {
        RunPlan plan = TinyDecoder.Right(PlanFile.Parse("/p.yaml", Text + "\nseed: 7"));
        Assert.Equal(new Policy.Stratified(new Policy.Random(7)), plan.Policies[1].Policy);
        Assert.Equal(new Budget.Cost(3.5), plan.Selection.Budget);
    }

    private static string[] Identity(RunPlan plan) =>
    [
        .. RunStages.Of(plan).AsEnumerable().Select((stage, i) =>
            $"{i} {stage.Options.Sha256} {string.Join(' ', stage.Inputs.Select(input => $"{input.Label} {input.Path}").AsEnumerable())}"),
    ];
}
