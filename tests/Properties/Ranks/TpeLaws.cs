using Floe.Domain.Ranks;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Ranks;

/// <summary>Laws of proposals.</summary>
public sealed class TpeLaws(ITestOutputHelper output)
{
    private static readonly TpeOptions Modelled = new(StartUp: 0);

    [Fact]
    public void AProposalLiesInTheRange() => Law.Check(output, Histories.Any, h =>
        h.Range.Contains(Tpe.Next(h.Range, h.Observations, 7).Rank)
        && h.Range.Contains(Tpe.Next(h.Range, h.Observations, 7, new TpeOptions(0, 24)).Rank), h => h.Size);

    [Fact]
    public void TheExactProposalHasTheLargestAcquisition() => Law.Check(output, Histories.Any, h =>
    {
        Proposal proposal = Tpe.Next(h.Range, h.Observations, 7, Modelled);
        return proposal.Curves.Match(c => c.Acquisition[proposal.Rank - h.Range.Low] == c.Acquisition.Max(), () => false);
    }, h => h.Size, h => h.Range.Count > 1);

    [Fact]
    public void ADrawnProposalIsNeverBetterThanTheExactOne() => Law.Check(output, Histories.Any, h =>
    {
        Proposal exact = Tpe.Next(h.Range, h.Observations, 7, Modelled), drawn = Tpe.Next(
            h.Range, h.Observations, 7, new TpeOptions(0, 24));
        return exact.Curves.Match(
            c => c.Acquisition[drawn.Rank - h.Range.Low] <= c.Acquisition[exact.Rank - h.Range.Low], () => false);
    }, h => h.Size, h => h.Range.Count > 1);

    [Fact]
    public void OnlyTheOrderOfLossesCounts() => Law.Check(output, Histories.Any, h =>
    {
        Observation[] stretched = [.. h.Observations.Select(o => o with { Loss = (3 * o.Loss) + 1 })];
        return Tpe.Next(h.Range, h.Observations, 7, Modelled).Rank == Tpe.Next(h.Range, stretched, 7, Modelled).Rank;
    }, h => h.Size, h => h.Observations.Length > 1);

    [Fact]
    public void ALossThatIsNotFiniteIsTheWorst() => Law.Check(output, Histories.Any, h =>
    {
        Observation[] diverged = [.. h.Observations, new Observation(h.Range.Low, double.NaN)];
        Observation[] bad = [.. h.Observations, new Observation(h.Range.Low, 1e9)];
        return Tpe.Next(h.Range, diverged, 7, Modelled).Rank == Tpe.Next(h.Range, bad, 7, Modelled).Rank;
    }, h => h.Size);

    [Fact]
    public void StartUpRanksDependOnSeedAndPlaceAlone() => Law.Check(output, Histories.Any, h =>
    {
        Observation[] others = [.. h.Observations.Select(o => o with { Loss = -o.Loss })];
        TpeOptions many = new(StartUp: 100);
        return Tpe.Next(h.Range, h.Observations, 7, many) == Tpe.Next(h.Range, others, 7, many);
    }, h => h.Size);

    [Theory]
    [InlineData(0, 4)]
    [InlineData(5, 4)]
    [InlineData(1, 70_000)]
    public void AnEmptyOrHugeRangeIsAnError(int low, int high) => Assert.True(RankRange.Create(low, high).IsLeft);
}
