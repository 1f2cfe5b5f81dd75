using Floe.Effects.Plans;
using Floe.Effects.Runs;
using Floe.Effects.Stages;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Runs;

public class RunStagesTests
{
    private const string Plan = """
        name: demo
        model: m
        sample: [{ data: a.jsonl, take: 8 }, { data: a.jsonl, skip: 20, take: 4 }, { data: b/a.jsonl }]
        heldout: [{ data: t.jsonl }]
        policies: [fisher, "stratified:snr"]
        """;

    [Theory]
    [InlineData("", 14)]
    [InlineData("\nselection: { tuning: none }", 13)]
    [InlineData("\ngeneration: { prompts: 0 }", 13)]
    public void StagesFitTogether(string more, int stages)
    {
        Arr<Stage> planned = RunStages.Of(Read(Plan + more));
        Assert.Equal(stages, planned.Count);
        Assert.True(StageGraph.Check(planned).IsRight);
    }

    [Fact]
    public void PoliciesThatLookAtTheAdapterShareOneProbe()
    {
        const string Both = "\nprobe: [{ data: u.jsonl }]";
        string[] names = [
            .. RunStages.Of(Read(Plan.Replace("fisher", "gates, \"per-second:ablate\"", StringComparison.Ordinal) + Both))
                .Map(s => s.Name)];
        Assert.Single(names, "probe");
        Assert.True(System.Array.IndexOf(names, "probe") < System.Array.IndexOf(names, "choose gates"));
        Assert.DoesNotContain(RunStages.Of(Read(Plan)), stage => stage.Name == "probe");
    }

    [Theory]
    [InlineData("policies: [ablate]", "under probe")]
    [InlineData("policies: [fisher]\nprobe: [{ data: u.jsonl }]", "a policy that looks at the adapter")]
    public void AProbeAndItsPoliciesComeTogether(string keys, string expected)
    {
        string plan = string.Join(
            '\n', Plan.Split('\n').Where(line => !line.StartsWith("policies", StringComparison.Ordinal))) + "\n" + keys;
        Assert.Contains(
            expected, PlanFile.Parse("plan.yaml", plan).Match(Right: _ => "read", Left: e => e.Message), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileReadInTwoPartsIsOneInputAndEqualNamesStayApart()
    {
        Stage first = RunStages.Of(Read(Plan))[0];
        Assert.Equal(
            "model: m | sample: a.jsonl | sample 2: a.jsonl", string.Join(" | ", first.Inputs.Select(i => i.Label).AsEnumerable()));
    }

    [Theory]
    [InlineData("seed: 7", "adapt-sample,collect,adapt fisher,adapt stratified:snr")]
    [InlineData("training: { checkpoint_every: 3, micro_batch_tokens: 64 }", "")]
    [InlineData("training: { learning_rate: 0.01 }", "adapt-sample,adapt fisher,adapt stratified:snr")]
    [InlineData("sample_training: { steps: 3 }", "adapt-sample")]
    [InlineData("selection: { budget: 0.3 }", "select,tune")]
    [InlineData("selection: { layers: 3 }", "select,tune,choose fisher,choose stratified:snr")]
    [InlineData("collection: { statistics: false }", "collect")]
    [InlineData("generation: { tokens: 9 }", "generate")]
    public void AChangedKeyChangesTheOptionsOfTheStagesThatReadIt(string key, string changed)
    {
        Dictionary<string, string> before = RunStages.Of(Read(Plan)).ToDictionary(p => p.Name, p => p.Options.Sha256);
        string[] differing = [
            .. RunStages.Of(Read(Plan + "\n" + key)).AsEnumerable().Where(p => p.Options.Sha256 != before[p.Name]).Select(p => p.Name)];
        Assert.Equal(changed.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(), differing.Order());
    }

    [Theory]
    [InlineData(
        "evaluation: { exact_match: 4, answer_rule: VALUE }", "exact", "gsm8k-strict",
            "evaluate base,evaluate fisher,evaluate stratified:snr")]
    [InlineData("evaluation: { answer_rule: VALUE }", "exact", "gsm8k-strict", "")]
    [InlineData("selection: { refinement: exact, exact_states: VALUE }", "1000", "2000", "select,tune")]
    [InlineData("selection: { exact_states: VALUE }", "1000", "2000", "")]
    public void AChangedValueChangesTheOptionsWhereItActs(string key, string before, string after, string changed)
    {
        Arr<Stage> old = RunStages.Of(Read(Plan + "\n" + key.Replace("VALUE", before, StringComparison.Ordinal)));
        Arr<Stage> now = RunStages.Of(Read(Plan + "\n" + key.Replace("VALUE", after, StringComparison.Ordinal)));
        string[] differing = [
            .. old.Zip(now).Where(pair => pair.Item1.Options.Sha256 != pair.Item2.Options.Sha256).Select(pair => pair.Item2.Name)];
        Assert.Equal(changed.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(), differing.Order());
    }

    private static RunPlan Read(string text) =>
        PlanFile.Parse("/plans/demo.yaml", text).Match(Right: p => p, Left: e => throw new InvalidOperationException(e.Message));
}
