using Floe.Domain;
using Floe.Domain.Metrics;
using Floe.Tests.Properties.Reports;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Metrics;

/// <summary>Laws of the metrics.</summary>
public sealed class MetricLaws(ITestOutputHelper output)
{
    private static readonly Arbitrary<(double[] First, double[] Second)> Pairs = Arb.From(
        Gen.Choose(0, 8).SelectMany(_ => Gen.Zip(Gen.Choose(0, 8), Gen.Choose(0, 8)).NonEmptyListOf())
            .Select(list => (list.Select(pair => pair.Item1 / 8.0).ToArray(), list.Select(pair => pair.Item2 / 8.0).ToArray())));

    [Fact]
    public void SwappingTheSystemsTurnsTheDifferenceRound() => Law.Check(
        output,
        Pairs,
        pair => (
            from forth in PairedDifference.Of(pair.First, pair.Second, 1, 200)
            from back in PairedDifference.Of(pair.Second, pair.First, 1, 200)
            select forth.Mean == -back.Mean && Math.Abs(forth.PValue - back.PValue) < 1e-12).IfNone(false),
        pair => $"{pair.First.Length / 10 * 10:D2}+ items");

    [Fact]
    public void TheIntervalLiesWithinTheDifferences() => Law.Check(
        output,
        Pairs,
        pair =>
        {
            double[] differences = [.. pair.First.Zip(pair.Second, (a, b) => a - b)];
            return PairedDifference.Of(pair.First, pair.Second, 1, 200).Exists(found =>
                found.Low <= found.High && found.Low >= differences.Min() - 1e-12 && found.High <= differences.Max() + 1e-12);
        },
        pair => $"{pair.First.Length / 10 * 10:D2}+ items");

    [Fact]
    public void ListsThatDoNotPairHaveNoDifference()
    {
        Assert.True(PairedDifference.Of([1.0], [1.0, 2.0], 1).IsNone);
        Assert.True(PairedDifference.Of([], [], 1).IsNone);
    }

    [Fact]
    public void AMatchIsExactButForWhiteSpaceAtTheEnds()
    {
        Assert.True(ExactMatch.IsMatch("mip tok", " mip tok\n"));
        Assert.False(ExactMatch.IsMatch("mip tok", "mip  tok"));
        Assert.Equal(0.5, AnswerJudge.Exact.Share([("a", "a"), ("a", "A")]));
    }

    [Theory]
    [InlineData("exact", false)]
    [InlineData("gsm8k-strict", true)]
    [InlineData("gsm8k-flexible", true)]
    [InlineData("gsm8k-cot-strict", false)]
    public void AJudgeOfNumbersReadsThemOutOfSolutions(string name, bool right)
    {
        Assert.Contains(name, AnswerJudge.Names);
        Assert.Equal(
            right, Expect.Right(AnswerJudge.Named(name))
                .IsRight("He has 3 × 6 = 18.\n#### 18", "Six times three is\n#### 18\nQuestion: 5"));
    }

    [Fact]
    public void ANameThatNoJudgeHasIsAnErrorThatListsThem() => AnswerJudge.Named("gsm8k").Match(
        Right: judge => Assert.Fail(judge.Name),
        Left: error =>
        {
            Assert.IsType<FloeError.Usage>(error);
            Assert.All(AnswerJudge.Names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        });
}
