using Floe.Domain;
using Floe.Domain.Layers;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Layers;

public sealed class PolicyLaws(ITestOutputHelper output)
{
    private static readonly Arbitrary<double[]> Scores = Arb.From(
        Gen.Choose(1, 40).SelectMany(layers => Gen.ArrayOf(Gen.Choose(0, 30).Select(i => i / 8.0), layers)),
        scores => scores.Length == 1 ? [] : new[] { scores[1..], scores[..^1] });

    private static readonly Arbitrary<(double[] Scores, int Number)> Choices = Arb.From(
        Scores.Generator.SelectMany(s => Gen.Choose(1, s.Length).Select(n => (s, n))),
        c => c.Item1.Length == 1 ? [] : new[] { (c.Item1[1..], Math.Min(c.Item2, c.Item1.Length - 1)) });

    [Theory]
    [InlineData("fisher")]
    [InlineData("random")]
    [InlineData("random:7")]
    [InlineData("weight-norm")]
    [InlineData("snr")]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("even")]
    [InlineData("stratified")]
    [InlineData("stratified:snr")]
    [InlineData("column:mine")]
    [InlineData("ablate")]
    [InlineData("per-second:snr")]
    public void APolicyTakesAsManyLayersAsItIsAskedFor(string name) => Law.Check(output, Choices, c =>
    {
        ChosenLayers found = Value(LayerSelection.Choose(Parse(name), new LayerChoice.Top(c.Number), c.Scores, Statistics(c.Scores)));
        return found.Chosen.Count == c.Number && found.Chosen.Distinct().Count() == c.Number
            && found.Chosen.SequenceEqual(found.Chosen.Order()) && found.Chosen.All(l => l >= 0 && l < c.Scores.Length)
            && found.Ranking.Order.ToArray().Order().SequenceEqual(Enumerable.Range(0, c.Scores.Length));
    }, c => $"{(c.Scores.Length + 9) / 10 * 10} layers");

    [Theory]
    [InlineData("fisher")]
    [InlineData("random:7")]
    [InlineData("weight-norm")]
    [InlineData("page")]
    [InlineData("gradient")]
    [InlineData("cka")]
    [InlineData("activation")]
    [InlineData("snr")]
    [InlineData("all")]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("even")]
    [InlineData("stratified")]
    [InlineData("stratified:random:9")]
    [InlineData("column:mine")]
    [InlineData("ablate")]
    [InlineData("backward")]
    [InlineData("forward")]
    [InlineData("gates")]
    [InlineData("prefix:3")]
    [InlineData("suffix:12")]
    [InlineData("per-second:ablate")]
    public void APolicyIsReadBackFromItsName(string name) => Assert.Equal(name, Parse(name).Label);

    [Theory]
    [InlineData("Fisher")]
    [InlineData("random:-1")]
    [InlineData("column:")]
    [InlineData("stratified:stratified")]
    [InlineData("")]
    public void OtherNamesAreUsageErrors(string name) =>
        Assert.IsType<FloeError.Usage>(Policy.Parse(name).Match(Right: _ => null!, Left: e => e));

    [Fact]
    public void RandomSeed42IsTheSameEverywhere()
    {
        ChosenLayers found = Value(
            LayerSelection.Choose(new Policy.Random(), new LayerChoice.Top(8), new double[30], LayerStatistics.None(30)));
        (ulong bits, _) = new SplitMix64(1234567).NextBits();
        Assert.Equal(6457827717110365317UL, bits);
        Assert.Equal(8, found.Chosen.Count);
        Assert.NotEqual(
            found.Chosen, Value(
                LayerSelection.Choose(new Policy.Random(43), new LayerChoice.Top(8), new double[30], LayerStatistics.None(30))).Chosen);
    }

    [Fact]
    public void EvenLayersLieInTheMiddleOfEqualBands() => Law.Check(output, Choices, c =>
    {
        int[] chosen = [
            .. Value(
                LayerSelection.Choose(
                    new Policy.Even(), new LayerChoice.Top(c.Number), c.Scores, LayerStatistics.None(c.Scores.Length))).Chosen];
        int[] gaps = [.. chosen.Zip(chosen.Skip(1)).Select(p => p.Item2 - p.Item1)];
        return gaps.Length == 0 || gaps.Max() - gaps.Min() <= 1;
    }, c => $"{c.Number} chosen", c => c.Number > 1);

    [Fact]
    public void StratifiedTakesTheBestOfEachBand() => Law.Check(output, Choices, c =>
    {
        ChosenLayers found = Value(
            LayerSelection.Choose(
                new Policy.Stratified(new Policy.Fisher()), new LayerChoice.Top(c.Number), c.Scores,
                    LayerStatistics.None(c.Scores.Length)));
        return Enumerable.Range(0, c.Number).All(band =>
        {
            int[] members = [.. Enumerable.Range(0, c.Scores.Length).Where(k => k * c.Number / c.Scores.Length == band)];
            return found.Chosen[band] == members.OrderByDescending(k => c.Scores[k]).First();
        });
    }, c => $"{c.Number} chosen", c => c.Number > 1);

    [Fact]
    public void AThresholdTakesAllAboveIt() => Law.Check(output, Choices, c =>
        Value(LayerSelection.Choose(new Policy.Fisher(), new LayerChoice.Above(1.5), c.Scores, LayerStatistics.None(c.Scores.Length)))
            .Chosen.SequenceEqual(Enumerable.Range(0, c.Scores.Length).Where(k => c.Scores[k] > 1.5)), c =>
                $"{c.Scores.Length} layers", c => c.Scores.Any(s => s > 1.5));

    [Fact]
    public void AtLeastHalfOfTheLayersAreTakenWhenAskedFor() => Law.Check(output, Choices, c =>
        Value(new LayerChoice.AtLeastHalf(new LayerChoice.Top(c.Number)).CountIn(Value(LayerRanking.Create(c.Scores)))) == Math.Max(
            c.Number, (c.Scores.Length + 1) / 2),
        c => $"{c.Scores.Length} layers");

    [Fact]
    public void RankDistancesKnowTheSameAndTheReversedOrder() => Law.Check(output, Scores, scores =>
    {
        LayerRanking ranking = Value(LayerRanking.Create(scores));
        double[] places = [.. ranking.Ranks.ToArray().Select(r => (double)r)];
        LayerRanking reversed = Value(LayerRanking.Create(places));
        RankDistance same = Value(RankDistance.Between(ranking, ranking, scores.Length));
        RankDistance opposite = Value(RankDistance.Between(ranking, reversed, scores.Length));
        return same is { Spearman: 1, Kendall: 1, Overlap: 1 } && opposite.Overlap == 1
            && (scores.Length == 1 || (Math.Abs(opposite.Spearman + 1) < 1e-12 && opposite.Kendall == -1))
            && Value(RankDistance.Between(reversed, ranking, 1)) == Value(RankDistance.Between(ranking, reversed, 1));
    }, s => $"{s.Length} layers", s => s.Length > 2);

    [Fact]
    public void AStatisticThatWasNotCollectedIsNamed()
    {
        FloeError error = LayerSelection.Choose(Parse("snr"), new LayerChoice.Top(1), new double[3], LayerStatistics.None(3))
            .Match(Right: _ => null!, Left: e => e);
        Assert.Contains("snr", error.Message, StringComparison.Ordinal);
        LayerStatistics partly = Value(LayerStatistics.None(3).With("snr", [1, double.NaN, 2]));
        Assert.Contains(
            "layer 1", LayerSelection.Choose(Parse("snr"), new LayerChoice.Top(1), new double[3], partly)
                .Match(Right: _ => null!, Left: e => e).Message, StringComparison.Ordinal);
    }

    private static LayerStatistics Statistics(double[] scores) => new[] { "weight_norm", "snr", "ablate", "mine" }.Aggregate(
        LayerStatistics.None(scores.Length), (statistics, name) => Value(statistics.With(name, scores)));

    private static Policy Parse(string name) => Value(Policy.Parse(name));

    private static T Value<T>(Either<FloeError, T> either) => either.IfLeft(e => throw new InvalidOperationException(e.Message));
}
