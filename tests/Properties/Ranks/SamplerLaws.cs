using Floe.Domain.Ranks;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Ranks;

/// <summary>Laws that every sampler keeps, and those of the Gaussian process and of the verdict.</summary>
public sealed class SamplerLaws(ITestOutputHelper output)
{
    private static readonly string[] Names = ["tpe", "tpe:24", "random", "grid", "gp"];

    [Fact]
    public void EveryProposalLiesInTheRangeAndIsTheSameAgain() => Law.Check(output, Histories.Any, h => Names.All(name =>
    {
        RankSampler sampler = Sampler(name);
        Proposal one = sampler.Next(h.Range, h.Observations, 11);
        return h.Range.Contains(one.Rank) && one == sampler.Next(h.Range, h.Observations, 11);
    }), h => h.Size);

    [Fact]
    public void RandomAndGridTakeEveryRankBeforeAnyTwice() => Law.Check(output, Histories.Any, h => new[] { "random", "grid" }.All(name =>
    {
        List<Observation> history = [];
        for (int i = 0; i < h.Range.Count; i++)
        {
            history.Add(new Observation(Sampler(name).Next(h.Range, history, 3).Rank, 0));
        }

        return history.Select(o => o.Rank).Order().SequenceEqual(h.Range.Ranks);
    }), h => h.Size, h => h.Range.Count > 1);

    [Fact]
    public void ANameThatIsReadIsTheLabel() => Assert.All(Names, name => Assert.Equal(name, Sampler(name).Label));

    [Theory]
    [InlineData("")]
    [InlineData("TPE")]
    [InlineData("tpe:0")]
    [InlineData("tpe:-1")]
    [InlineData("bayes")]
    public void AnotherNameIsAnError(string name) => Assert.True(RankSampler.Parse(name).IsLeft);

    [Fact]
    public void APosteriorIsFiniteAndSurestWhereItWasTried() =>
        Law.Check(output, Histories.Distinct, h => GaussianProcess.Posterior(h.Range, h.Observations)
        .Match(
            posterior => posterior.Mean.All(double.IsFinite) && posterior.Improvement.All(i => i >= 0 && double.IsFinite(i))
                && h.Ranks.All(r => posterior.Deviation[r - h.Range.Low] <= posterior.Deviation.Max() + 1e-12),
            () => h.Observations.Length == 0), h => h.Size, h => h.Observations.Length > 1);

    [Fact]
    public void LossesShiftedAndScaledGiveTheSameProposal() => Law.Check(output, Histories.Distinct, h =>
    {
        Observation[] other = [.. h.Observations.Select(o => o with { Loss = (4 * o.Loss) + 32 })];
        RankSampler sampler = Sampler("gp");
        return sampler.Next(h.Range, h.Observations, 5).Rank == sampler.Next(h.Range, other, 5).Rank;
    }, h => h.Size, h => h.Observations.Length > 3);

    [Fact]
    public void TheAnswerIsTheSmallestWithinNoise() => Law.Check(output, Histories.Any, h => RankVerdict.Of(h.Observations).Match(
        verdict => verdict.WithinNoise.Contains(verdict.Best)
            && verdict.Answer == verdict.WithinNoise.Min()
            && verdict.Answer <= verdict.Best
            && verdict.Summaries.Sum(s => s.Seeds) == h.Observations.Length,
        _ => h.Observations.Length == 0), h => h.Size, h => h.Observations.Length > 1);

    [Fact]
    public void RepeatsThatAgreeLeaveNoDoubt()
    {
        Observation[] history = [new(4, 1.5), new(4, 1.5), new(8, 1.25), new(8, 1.25)];
        RankVerdict verdict = RankVerdict.Of(history).IfLeft(e => throw new InvalidOperationException(e.Message));
        Assert.Equal(new[] { 8 }, verdict.WithinNoise);
    }

    [Fact]
    public void RanksWithinNoiseAreNamedWithTheSmallest()
    {
        Observation[] history = [
            new(4, 1.50), new(4, 1.30), new(6, 1.41), new(6, 1.35), new(8, 1.33), new(8, 1.45), new(16, 2.5), new(16, 2.6)];
        RankVerdict verdict = RankVerdict.Of(history).IfLeft(e => throw new InvalidOperationException(e.Message));
        Assert.Equal(new[] { 4, 6, 8 }, verdict.WithinNoise);
        Assert.Equal("Ranks 4, 6, 8 are within noise of the best, 6; 4 is the smallest.", verdict.Sentence);
    }

    // Three seeds for each rank; what a seed adds to all ranks alike is no difference between ranks.
    [Fact]
    public void WhatASeedDoesToAllRanksAlikeIsNotNoise() => Law.Check(output, Histories.Distinct, h =>
    {
        (int Rank, Option<long> Seed, double Loss)[] Trainings(params double[] effects) =>
        [
            .. from o in h.Observations from seed in Enumerable.Range(0, 3)
               select (o.Rank, Some((long)seed), o.Loss + effects[seed] + (o.Rank * (seed + 1) % 5 / 16.0)),
        ];
        if (h.Observations.Length < 2)
        {
            return true;
        }

        RankVerdict plain = RankVerdict.Paired(Trainings(0, 0, 0)).IfLeft(e => throw new InvalidOperationException(e.Message));
        RankVerdict shifted = RankVerdict.Paired(Trainings(-8, 0, 4)).IfLeft(e => throw new InvalidOperationException(e.Message));
        return Math.Abs(plain.Noise.IfNone(0) - shifted.Noise.IfNone(0)) < 1e-9;
    }, h => h.Size, h => h.Observations.Length > 1);

    private static RankSampler Sampler(string name) => RankSampler.Parse(name).IfLeft(e => throw new InvalidOperationException(e.Message));
}
