using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Layers;

public sealed class StabilityLaws(ITestOutputHelper output)
{
    private static readonly SelectionOptions OneLayer = new() { Choice = new LayerChoice.Top(1) };

    [Fact]
    public void ASweepIsTheSelectionsOneByOne() => Law.Check(output, Generators.Any, c =>
    {
        Arr<SelectionResult> swept = Value(Sweep.OverBudgets(c.Table, OneLayer, [0.2, c.Rho, 0.8]));
        return swept.Count == 3 && swept.Zip([0.2, c.Rho, 0.8]).All(pair =>
            Value(Select.Run(
                c.Table, OneLayer with { Budget = new Budget.Share(pair.Item2) })).Search.Masks.Equals(pair.Item1.Search.Masks));
    }, c => c.Size);

    [Fact]
    public void RankStabilityIsSymmetricWithOnesOnItsDiagonal() => Law.Check(output, Generators.Any, c =>
    {
        LayerRanking[] rankings = [.. Value(Sweep.OverBudgets(c.Table, OneLayer, [0.2, 0.5, 0.8])).Select(r => r.Layers.Ranking)];
        Arr<Arr<RankDistance>> table = Value(RankStability.Between(rankings, c.Layers));
        return Enumerable.Range(0, 3)
            .All(i => table[i][i] is { Spearman: 1, Kendall: 1, Overlap: 1 }
                && Enumerable.Range(0, 3).All(j => table[i][j] == table[j][i]));
    }, c => c.Size, c => c.Layers > 1);

    [Fact]
    public void APathShowsEveryChangeBetweenItsPoints() => Law.Check(output, Generators.Any, c =>
    {
        BudgetPath path = Value(BudgetPath.Run(c.Table, OneLayer, 0, 1, 5, 1 / 64.0));
        PathPoint[] points = [.. path.Points];
        int jumps = points.Zip(points.Skip(1)).Count(p => p.Item1.Layers.Chosen != p.Item2.Layers.Chosen);
        bool grid = Enumerable.Range(0, 5).All(i => points.Any(p => p.Rho == i / 4.0));
        return grid
            && jumps == path.Changes.Count
            && path.Changes.All(change => change.Above - change.Below <= 1 / 64.0 && change.Left.Count == change.Entered.Count)
            && points.Zip(points.Skip(1)).All(p => p.Item1.Rho < p.Item2.Rho);
    }, c => $"{Value(BudgetPath.Run(c.Table, OneLayer, 0, 1, 5, 1 / 64.0)).Changes.Count} changes", c => c.Layers > 1);

    [Fact]
    public void PartsThatAreAllAlikeLeaveNoDoubt() => Law.Check(output, Generators.Any, c =>
    {
        ScoreSums part = Sums(c.Shape, c.Fisher, c.Taylor);
        LayerRanking ranking = Value(Select.Run(c.Table, OneLayer)).Layers.Ranking;
        Arr<LayerConfidence> confidence = Value(Bootstrap.Run([part, part], OneLayer, new BootstrapOptions(Replicates: 5)));
        return confidence.All(
            l => l.RankLow == l.RankHigh && l.RankLow == ranking.Ranks[l.Layer] && l.SelectedShare == (l.RankLow == 0 ? 1 : 0));
    }, c => c.Size);

    [Fact]
    public void ABootstrapIsTheSameForTheSameSeed() => Law.Check(output, Generators.Any, c =>
    {
        ScoreSums[] parts = [
            Sums(c.Shape, c.Fisher, c.Taylor), Sums(c.Shape, [.. c.Fisher.Reverse()], c.Taylor), Sums(c.Shape, c.Taylor, c.Taylor)];
        Arr<LayerConfidence> one = Value(Bootstrap.Run(parts, OneLayer, new BootstrapOptions(20)));
        return one == Value(Bootstrap.Run(parts, OneLayer, new BootstrapOptions(20)))
            && Math.Abs(one.Sum(l => l.SelectedShare) - 1) < 1e-9 && one.All(l => l.RankLow <= l.RankHigh);
    }, c => c.Size, c => c.Layers > 1);

    [Fact]
    public void TheIntervalOfAllReplicatesTellsWhoWasEverChosen() => Law.Check(output, Generators.Any, c =>
    {
        ScoreSums[] parts = [
            Sums(c.Shape, c.Fisher, c.Taylor), Sums(c.Shape, [.. c.Fisher.Reverse()], c.Taylor), Sums(c.Shape, c.Taylor, c.Taylor)];
        return Value(Bootstrap.Run(parts, OneLayer, new BootstrapOptions(20, Level: 0.999))).All(l =>
            (l.RankLow == 0) == (l.SelectedShare > 0) && (l.RankHigh == 0) == (l.SelectedShare == 1));
    }, c => c.Size, c => c.Layers > 1);

    [Fact]
    public void TunedMasksRankADrawOfTheWholeAsTheWholeWasRanked() => Law.Check(output, Generators.Any, c =>
    {
        // Two equal parts: every draw is the whole.
        ScoreSums part = Sums(c.Shape, c.Fisher, c.Taylor);
        ScoreTable table = Value(Value(ScoreSums.Merge([part, part])).ToTable());
        SelectionResult binary = Value(Select.Run(table, OneLayer));
        BinaryMasks kept = binary.Search.Masks;
        UnitMasks tuned = Value(UnitMasks.Untuned(kept).With(
            0, Component.Head,
            Array.ConvertAll(kept.OfComponent(0, Component.Head).ToArray(), k => k ? 0.25 : 0), new TuningStatus.Tuned(2, 1)));
        SelectionResult whole = Value(Select.WithTuned(table, binary, tuned));
        return tuned.On(kept).Match(same => same.Values.SequenceEqual(tuned.Values), _ => false)
            && Value(Bootstrap.Run([part, part], OneLayer, new BootstrapOptions(3), tuned: tuned)).All(layer =>
                layer.RankLow == whole.Layers.Ranking.Ranks[layer.Layer] && layer.RankHigh == layer.RankLow
                && layer.SelectedShare == (whole.Layers.Contains(layer.Layer) ? 1 : 0));
    }, c => c.Size, c => c.Layers > 1);

    [Fact]
    public void OnePartIsNotEnoughForABootstrap() =>
        Assert.True(Bootstrap.Run([Sums(new ModelShape(1, 1, 1, 1, 0, 0), [1, 2], [1, 1])], OneLayer, new BootstrapOptions()).IsLeft);

    private static ScoreSums Sums(ModelShape shape, double[] fisher, double[] taylor) =>
        Value(Value(ScoreSums.OfFisher(shape, fisher, 1)).Merge(Value(ScoreSums.OfTaylor(shape, taylor, 1))));

    private static T Value<T>(Either<FloeError, T> either) => either.IfLeft(e => throw new InvalidOperationException(e.Message));
}
