using Floe.Domain.Ranks;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Ranks;

/// <summary>Laws of the densities of the rank search, on ranges and histories of any kind.</summary>
public sealed class ParzenLaws(ITestOutputHelper output)
{
    [Fact]
    public void DensitiesAddUpToOneAndWeightsToo() => Law.Check(output, Histories.Any, h =>
    {
        ParzenEstimator estimator = ParzenEstimator.Of(h.Range, h.Ranks);
        return Math.Abs(estimator.LogDensity.Sum(Math.Exp) - 1) < 1e-9 && Math.Abs(estimator.Weights.Sum() - 1) < 1e-12;
    }, h => h.Size);

    [Fact]
    public void DensitiesAreFiniteOverTheWholeRange() => Law.Check(
        output, Histories.Any, h => ParzenEstimator.Of(h.Range, h.Ranks).LogDensity.All(double.IsFinite), h => h.Size);

    [Fact]
    public void RecentObservationsNeverWeighLessThanOlderOnes() => Law.Check(output, Histories.Any, h =>
    {
        double[] weights = [.. ParzenEstimator.Of(h.Range, h.Ranks).Weights];
        return weights.Zip(weights.Skip(1)).All(pair => pair.Item1 <= pair.Item2 + 1e-15);
    }, h => h.Size, h => h.Ranks.Length > 25);

    [Fact]
    public void AMirroredHistoryHasTheMirroredDensity() => Law.Check(output, Histories.Distinct, h =>
    {
        double[] density = [.. ParzenEstimator.Of(h.Range, h.Ranks).LogDensity];
        double[] mirrored = [.. ParzenEstimator.Of(h.Range, [.. h.Ranks.Select(r => h.Range.Low + h.Range.High - r)]).LogDensity];
        return density.Zip(mirrored.Reverse()).All(pair => Math.Abs(pair.Item1 - pair.Item2) < 1e-9);
    }, h => h.Size, h => h.Ranks.Length > 1);
}
