using Floe.Domain;
using Floe.Domain.Laws;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Laws;

/// <summary>The laws that Floe ships, run on its own policies and on policies that break them.</summary>
public sealed class LawSuiteTests(ITestOutputHelper output)
{
    public static TheoryData<string> Policies => [.. BuiltInPolicy.All.Select(p => p.Name)];

    public static IEnumerable<object[]> Exemptions =>
        BuiltInPolicy.All.SelectMany(p => p.Exemptions.Select(e => new object[] { p.Name, e.Law }));

    public static TheoryData<string> Names => [.. LawSuite.Names];

    [Theory]
    [MemberData(nameof(Policies))]
    public void APolicyOfFloeKeepsEveryLawItPromises(string name)
    {
        BuiltInPolicy policy = Value(BuiltInPolicy.Find(name));
        LawReport report = Value(LawSuite.Check(policy.Policy, policy.Promises(300, 1)));
        foreach (LawResult law in report.Laws)
        {
            output.WriteLine($"{law.Status} {law.Name} {law.Telling}/{law.Cases} {Shown(law)}");
        }

        Assert.True(report.Holds);
    }

    [Theory]
    [MemberData(nameof(Exemptions))]
    public void ALawIsLeftOutOnlyWhereItFails(string name, string law)
    {
        BuiltInPolicy policy = Value(BuiltInPolicy.Find(name));
        LawOptions options = policy.Promises(20_000, 1) with { Except = [], Only = [law] };
        Assert.Equal(LawStatus.Broken, Only(Value(LawSuite.Check(policy.Policy, options)), law).Status);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryLawCanBeBrokenAndItsCounterExampleIsSmall(string law)
    {
        LawOptions options = new(500) { Only = [law] };
        LawResult result = Only(Value(LawSuite.Check(BrokenPolicies.ByLaw[law], options)), law);
        output.WriteLine(Shown(result));
        CounterExample found = Assert.Single(result.CounterExample.ToSeq());
        Assert.Equal(LawStatus.Broken, result.Status);
        Assert.InRange(found.Case.Table.Shape.Units, 2, 4);
        Assert.NotEmpty(found.Found);
        Assert.Equal(LawStatus.Broken, Only(Value(LawSuite.Replay(BrokenPolicies.ByLaw[law], options, found.Case)), law).Status);
    }

    [Fact]
    public void FactOneOfTheMethodIsALawOfAlgorithmOne()
    {
        BuiltInPolicy kept = Value(BuiltInPolicy.Find("kept"));
        LawResult law = Only(Value(LawSuite.Check(kept.Policy, kept.Promises(1000, 7))), LawNames.NothingToRefine);
        Assert.Equal(LawStatus.Holds, law.Status);
        Assert.True(law.Telling > 700, $"only {law.Telling} cases could break it");
    }

    [Fact]
    public void TheSameSeedGivesTheSameReport()
    {
        MaskPolicy policy = BrokenPolicies.ByLaw[LawNames.NeverWorse];
        LawReport one = Value(LawSuite.Check(policy, new LawOptions(100, 5)));
        LawReport two = Value(LawSuite.Check(policy, new LawOptions(100, 5)));
        Assert.Equal([.. one.Laws.Select(Shown)], two.Laws.Select(Shown).ToArray());
        Assert.NotEqual([.. one.Laws.Select(Shown)], Value(LawSuite.Check(policy, new LawOptions(100, 6))).Laws.Select(Shown).ToArray());
    }

    [Fact]
    public void APolicyThatNeverAnswersPassesNothing()
    {
        MaskPolicy silent = (_, _) => new FloeError.Usage("policy", "an answer", "none", "");
        LawReport report = Value(LawSuite.Check(silent, new LawOptions(50)));
        Assert.False(report.Holds);
        Assert.Equal([LawStatus.Untested, LawStatus.Broken], report.Laws.Select(l => l.Status).Distinct().ToArray());
        Assert.Equal(LawNames.AnswersAlways, report.Laws.Single(l => l.Status == LawStatus.Broken).Name);
    }

    [Fact]
    public void WhatAPolicyThrowsIsTheFinding()
    {
        LawResult law = Only(
            Value(LawSuite.Check(BrokenPolicies.ByLaw[LawNames.AnswersAlways], new LawOptions(50))), LawNames.AnswersAlways);
        Assert.Contains("no Fisher score at all", law.CounterExample.Match(Some: c => c.Found, None: () => ""), StringComparison.Ordinal);
    }

    [Fact]
    public void MasksOfAnotherShapeAreNoAnswer()
    {
        MaskPolicy other = (_, _) => BinaryMasks.All(new ModelShape(9, 9, 9, 9, 0, 0), kept: true);
        Assert.Contains("another shape", Only(Value(LawSuite.Check(other, new LawOptions(5))), LawNames.AnswersAlways)
            .CounterExample.Match(Some: c => c.Found, None: () => ""), StringComparison.Ordinal);
    }

    [Fact]
    public void CasesCanBeCutFromAUsersTable()
    {
        ModelShape shape = new(4, 2, 2, 6, 0, 0);
        double[] fisher = [.. Enumerable.Range(0, shape.Units).Select(u => 100.0 + u)];
        ScoreTable table = Value(ScoreTable.Create(shape, fisher, [.. fisher.Select(f => f / 7)]));
        System.Collections.Generic.HashSet<double> seen = [];
        MaskPolicy watching = (asked, _) =>
        {
            seen.UnionWith(asked.Fisher.ToArray());
            return BinaryMasks.All(asked.Shape, kept: false);
        };
        LawReport report = Value(LawSuite.Check(watching, new LawOptions(200) { Table = table, Only = [LawNames.BudgetKept] }));
        Assert.True(report.Holds);
        Assert.Equal(fisher, seen.Order());
    }

    [Fact]
    public void WrongOptionsAreUsageErrors()
    {
        MaskPolicy policy = BrokenPolicies.ByLaw[LawNames.BudgetKept];
        Assert.Contains(
            "never-wrong", Error(LawSuite.Check(policy, new LawOptions { Except = ["never-wrong"] })).Message, StringComparison.Ordinal);
        Assert.Contains(
            "never-wrong", Error(LawSuite.Check(policy, new LawOptions { Only = ["never-wrong"] })).Message, StringComparison.Ordinal);
        Assert.IsType<FloeError.Usage>(Error(LawSuite.Check(policy, new LawOptions(0))));
        Assert.IsType<FloeError.Usage>(BuiltInPolicy.Find("best").Match(Right: _ => null!, Left: e => e));
    }

    private static string Shown(LawResult law) => law.CounterExample.Match(
        Some: c => $"{c.Found}: {c.Case.Table.Shape} rho {c.Case.Rho} fisher {string.Join(' ', c.Case.Table.Fisher.ToArray())} taylor "
            + $"{string.Join(' ', c.Case.Table.Taylor.ToArray())}",
        None: () => $"{law.Name} {law.Status} {law.Telling}");

    private static LawResult Only(LawReport report, string law) => report.Laws.Single(l => l.Name == law);

    private static FloeError Error(Either<FloeError, LawReport> either) => either.Match(Right: _ => null!, Left: e => e);

    private static T Value<T>(Either<FloeError, T> either) => either.IfLeft(e => throw new InvalidOperationException(e.Message));
}
