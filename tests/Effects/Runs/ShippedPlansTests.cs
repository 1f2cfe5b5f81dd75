using Floe.Effects.Plans;
using Floe.Effects.Runs;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Runs;

public class ShippedPlansTests
{
    public static TheoryData<string> Plans =>
        [.. Directory.GetFiles(Path.Combine(FixtureFolders.RepositoryRoot, "plans"), "*.yaml").Select(p => Path.GetFileName(p)!)];

    [Theory]
    [MemberData(nameof(Plans))]
    public void EveryShippedPlanIsSoundAndItsStagesFit(string name) =>
        Assert.True(PlanFile.Read(Path.Combine(FixtureFolders.RepositoryRoot, "plans", name)).Match(
            Right: stored => StageGraph.Check(RunStages.Of(stored.Plan)).IsRight,
            Left: e => throw new InvalidOperationException(e.Message)));
}
