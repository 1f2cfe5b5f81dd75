using Floe.Domain;
using Floe.Domain.Ranks;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Ranks;

/// <summary>Laws of spaces of several dimensions, categorical and conditional ones among them, and of the samplers over them.</summary>
public sealed class SpaceLaws(ITestOutputHelper output)
{
    private static readonly string[] Names = ["tpe", "tpe:24", "random", "grid", "gp"];

    [Fact]
    public void EveryProposalIsAPointOfTheSpaceAndTheSameAgain() => Law.Check(output, Spaces.Any, h => Names.All(name =>
    {
        PointProposal one = Sampler(name).Next(h.Space, h.Observations, 11);
        return h.Space.Points.Contains(one.Point) && one.Point.Equals(Sampler(name).Next(h.Space, h.Observations, 11).Point);
    }), h => h.Size);

    [Fact]
    public void NoModelProposesWhatIsRunningWhileThereIsAnother() => Law.Check(output, Spaces.Any, h =>
    {
        Point[] running = [.. h.Observations.Where(o => o.Loss.IsNone).Select(o => o.Point).Distinct()];
        return running.Length == h.Space.Points.Count
            || new[] { "tpe", "tpe:24" }.All(name => !running.Contains(Sampler(name).Next(h.Space, h.Observations, 5).Point));
    }, h => h.Size, h => h.Observations.Any(o => o.Loss.IsNone));

    [Fact]
    public void RandomAndGridTakeEveryPointBeforeAnyTwice() => Law.Check(output, Spaces.Any, h => new[] { "random", "grid" }.All(name =>
    {
        List<PointObservation> history = [];
        for (int i = 0; i < h.Space.Points.Count; i++)
        {
            history.Add(new PointObservation(Sampler(name).Next(h.Space, history, 3).Point, 1.0));
        }

        return history.Select(o => o.Point).Distinct().Count() == h.Space.Points.Count;
    }), h => h.Size);

    [Fact]
    public void APointIsFoundByItsStoredValues() => Law.Check(output, Spaces.Any, h => h.Space.Points.All(point =>
    {
        Dictionary<string, double> stored = Enumerable.Range(0, point.Count).Where(i => point[i] != Point.Absent)
            .ToDictionary(i => h.Space.Dimensions[i].Name, i => h.Space.Dimensions[i].Stored(point[i]));
        return h.Space.PointOf(stored).Exists(found => found.Equals(point));
    }), h => h.Size);

    [Fact]
    public void ADimensionUnderAConditionIsThereWhereItHolds() => Law.Check(output, Spaces.Any, h =>
        h.Space.Points.All(point => point.Count < 3 || point[2] == Point.Absent == (point[1] != 0)), h =>
            h.Size, h => h.Space.Dimensions.Count == 3);

    [Fact]
    public void ValuesOutsideTheSpaceAreNoPoint() => Law.Check(output, Spaces.Any, h => new[] { -1.0, 0.5, 1e9, double.NaN }.All(value =>
        h.Space.PointOf(new Dictionary<string, double> { ["rank"] = value, ["kind"] = 0, ["experts"] = 1 }).IsNone), h => h.Size);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void DensitiesOfWordsAddUpToOneAndFollowWhatWasSeen(int words)
    {
        int[] seen = [0, 0, 0, words - 1];
        double[] density = [.. CategoricalEstimator.LogDensity(words, seen).Select(value => Math.Exp(value))];
        Assert.Equal(1, density.Sum(), 1e-12);
        Assert.True(words == 1 || (density[0] > density[^1] && density[^1] > density[1]));
    }

    // Two observations: kernels (1 + 1/3)/(1 + 3/3) and (1/3)/2 of weight 1/3 each, and the even prior.
    [Fact]
    public void DensitiesOfWordsAreThoseOfTheFormula()
    {
        double[] density = [.. CategoricalEstimator.LogDensity(3, [1, 1]).Select(value => Math.Exp(value))];
        double other = ((2 * (1 / 6.0)) + (1 / 3.0)) / 3, seen = ((2 * (4 / 6.0)) + (1 / 3.0)) / 3;
        Assert.Equal([other, seen, other], density, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void SpacesThatAreNoneAreRefusedByName()
    {
        Dimension rank = new Dimension.Whole("rank", RankRange.Default);
        Dimension kind = new Dimension.Choice("kind", Array("a", "b"));
        (string Where, Dimension[] Dimensions)[] cases =
        [
            ("space", []),
            ("rank", [rank, rank]),
            ("kind", [new Dimension.Choice("kind", Array("a", "a"))]),
            ("kind", [new Dimension.Choice("kind", Arr<string>.Empty)]),
            ("rank", [rank with { When = new Condition("kind", Array("a")) }, kind]),
            ("rank", [kind, rank with { When = new Condition("kind", Array("c")) }]),
            ("space", [.. Enumerable.Range(0, 5).Select(i => (Dimension)new Dimension.Whole($"d{i}", RankRange.Default))]),
        ];
        Assert.All(
            cases, c =>
                Assert.Equal(c.Where, Assert.IsType<FloeError.Usage>(SearchSpace.Create(c.Dimensions).LeftAsEnumerable().Single()).Where));
    }

    private static RankSampler Sampler(string name) => RankSampler.Parse(name).IfLeft(e => throw new InvalidOperationException(e.Message));
}
