using Floe.Domain;
using Floe.Domain.Scores;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Scores;

public sealed class ShardLaws(ITestOutputHelper output)
{
    [Fact]
    public void MergingDoesNotDependOnOrderOrGrouping() => Law.Check(output, Generators.Shards, shards =>
    {
        ScoreSums[] parts = [.. shards.Select(Sums)];
        ScoreSums left = parts.Aggregate(Merge);
        ScoreSums right = parts.Reverse().Aggregate((sum, part) => Merge(part, sum));
        ScoreSums tree = Tree(parts);
        return left.Equals(right) && left.Equals(tree);
    }, shards => $"{shards.Length} shards", shards => shards.Length > 2);

    [Fact]
    public void TheWholeIsTheSumOfItsSamples() => Law.Check(output, Generators.Shards, shards =>
    {
        ScoreSums merged = shards.Select(Sums).Aggregate(Merge);
        double[] rounded = [.. Enumerable.Range(0, shards[0].Length).Select(row => Exact.Round(Exact.Sum(shards.Select(s => s[row]))))];
        return merged.Fisher.Rounded.SequenceEqual(rounded) && merged.FisherCounts.ToArray().All(c => c == shards.Length);
    }, shards => $"{shards.Length} shards", shards => shards.Length > 1);

    [Fact]
    public void TheEmptyTableIsTheIdentity() => Law.Check(output, Generators.Shards, shards =>
    {
        ScoreSums sums = shards.Select(Sums).Aggregate(Merge);
        ScoreSums empty = ScoreSums.Empty(sums.Shape);
        return Merge(sums, empty).Equals(sums) && Merge(empty, sums).Equals(sums);
    }, shards => $"{shards.Length} shards");

    [Fact]
    public void StoredPartsComeBackAsTheSameTable() => Law.Check(output, Generators.Shards, shards =>
    {
        SumColumn column = shards.Select(Sums).Aggregate(Merge).Fisher;
        ReadOnlyMemory<double>[] parts = [
            .. Enumerable.Range(0, column.Parts).Select(p => (ReadOnlyMemory<double>)column.Part(p).ToArray())];
        return Value(SumColumn.OfParts("fisher_sum", parts)).Equals(column);
    }, shards => $"{shards.Length} shards");

    [Fact]
    public void TablesOfOtherModelsDoNotMerge() =>
        Assert.True(Sums([1, 2, 3]).Merge(Sums([1, 2])).IsLeft);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1.0)]
    [InlineData(double.PositiveInfinity)]
    public void ScoresOutsideTheirDomainAreRefused(double bad)
    {
        FloeError.BadData error = Assert.IsType<FloeError.BadData>(
            ScoreSums.OfFisher(new ModelShape(1, 1, 1, 2, 0, 0), [0, bad, 0], 1).Match(Right: _ => null!, Left: e => e));
        Assert.Contains("row 1", error.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void ASumBeyondDoubleIsRefused() =>
        Assert.True(Sums([double.MaxValue, 1]).Merge(Sums([double.MaxValue, 1])).IsLeft);

    private static ScoreSums Tree(ScoreSums[] parts) => parts.Length == 1
        ? parts[0]
        : Merge(Tree(parts[(parts.Length / 2)..]), Tree(parts[..(parts.Length / 2)]));

    private static ScoreSums Sums(double[] rows) => Value(ScoreSums.OfFisher(new ModelShape(1, 1, 1, rows.Length - 1, 0, 0), rows, 1));

    private static ScoreSums Merge(ScoreSums left, ScoreSums right) => Value(left.Merge(right));

    private static T Value<T>(Either<FloeError, T> either) => either.IfLeft(e => throw new InvalidOperationException(e.Message));
}
