using Floe.Domain;
using Floe.Domain.Experiments;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Experiments;

public sealed class EvidenceLaws(ITestOutputHelper output)
{
    private static readonly Arbitrary<double[]> Values = Arb.From(
        Gen.Choose(1, 9).SelectMany(count => Gen.ArrayOf(Gen.Choose(0, 100).Select(i => i / 100.0), count)));

    private static readonly Arbitrary<double[][]> Losses = Arb.From(
        from samples in Gen.Choose(2, 12)
        from seeds in Gen.Choose(1, 4)
        from rows in Gen.ArrayOf(Gen.ArrayOf(Gen.Choose(0, 60).Select(i => i / 16.0), samples), seeds)
        select rows);

    [Fact]
    public void HolmKeepsTheOrderAndNeverMakesAValueSmaller() => Law.Check(output, Values, values =>
    {
        double[] corrected = Holm.Corrected(values);
        return Enumerable.Range(0, values.Length).All(i => corrected[i] >= values[i] && corrected[i] <= 1
            && Enumerable.Range(0, values.Length).All(j => values[i] > values[j] || corrected[i] <= corrected[j]));
    }, v => $"{v.Length} tests", v => v.Length > 1);

    // Worked by hand from the definition: .01 · 4, .02 · 3, .03 · 2 raised to .06, .2.
    [Fact]
    public void HolmOfFourTests() =>
        Assert.Equal([0.2, 0.04, 0.06, 0.06], Holm.Corrected([0.2, 0.01, 0.02, 0.03]), (a, b) => Math.Abs(a - b) < 1e-12);

    [Fact]
    public void ASetBesideItselfIsNoDifferenceAndTheOtherWayRoundIsTheOpposite() => Law.Check(output, Losses, losses =>
    {
        SeededDifference same = Value(SeededDifference.Of(losses, losses, 7, 200));
        double[][] worse = [.. losses.Select(row => row.Select(loss => loss + 10).ToArray())];
        SeededDifference up = Value(SeededDifference.Of(worse, losses, 7, 200)), down = Value(SeededDifference.Of(losses, worse, 7, 200));
        return same.Mean == 0 && same.Low <= 0 && same.High >= 0 && Math.Abs(up.Mean - 10) < 1e-9 && Math.Abs(down.Mean + 10) < 1e-9
            && up.Low > 0 && down.High < 0 && up.PValue == 0 && down.PValue == 0;
    }, l => $"{l.Length} seeds", l => l[0].Distinct().Count() > 1);

    [Fact]
    public void ASampleThatIsHardForBothSidesSaysNothing()
    {
        double[][] first = [[.. Enumerable.Range(0, 40).Select(i => (i % 2 * 50) + 1.0)]];
        double[][] second = [[.. Enumerable.Range(0, 40).Select(i => (i % 2 * 50) + 1.5)]];
        SeededDifference found = Value(SeededDifference.Of(first, second, 1));
        Assert.Equal((-0.5, -0.5, -0.5, 0.0), (found.Mean, found.Low, found.High, found.PValue));
    }

    [Fact]
    public void TheBestSetOfAllHasThePercentileOneAndItsShareOfTheGain()
    {
        TrainedSet[] random = [Set(1, 2.0, 2.2), Set(2, 2.4, 2.2), Set(3, 2.1, 2.1)];
        Arr<PolicyEvidence> found = Value(SelectionEvidence.Of(
            [("good", Set(4, 1.5, 1.5)), ("even", Set(5, 2.1, 2.1)), ("bad", Set(6, 3, 3))], random, Set(0, 1.0, 1.0), [4, 4], 3, 100));
        double[] beaten = [.. found.Map(row => row.Percentile)], shares = [.. found.Map(row => row.ShareOfGain)];
        bool[] beats = [.. found.Map(row => row.Beats)];
        Assert.Equal([1.0, 2 / 3.0, 0.0], beaten, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([2.5 / 3, 1.9 / 3, 1 / 3.0], shares, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([true, true, false], beats);
        Assert.True(SelectionEvidence.Of([("good", Set(4, 1.5, 1.5))], [], Set(0, 1, 1), [4, 4], 3).IsLeft);
        Assert.True(SelectionEvidence.Of([("good", Set(4, 1.5))], random, Set(0, 1, 1), [4, 4], 3).IsLeft);
    }

    [Fact]
    public void WhatIsHeldEqualIsEqual() => Law.Check(output, Arb.From(
        from depth in Gen.Choose(2, 60)
        from n in Gen.Choose(1, depth)
        from lowest in Gen.Choose(0, depth - n)
        from rank in Gen.Choose(1, 32)
        select (depth, n, lowest, rank)), c =>
    {
        int steps = ExperimentView.Time.Steps(1000, c.depth, c.lowest), rank = ExperimentView.Parameters.Rank(c.rank, c.n, c.depth);
        return Math.Abs((steps * ((2.0 * c.depth) - c.lowest)) - (1000 * 2.0 * c.depth)) <= c.depth
            && (rank == 1 || Math.Abs((rank * c.depth) - (c.rank * c.n)) <= c.depth / 2.0)
            && ExperimentView.Steps.Steps(1000, c.depth, c.lowest) == 1000 && ExperimentView.Time.Rank(c.rank, c.n, c.depth) == c.rank
            && ExperimentView.Parameters.Rank(c.rank, c.n, c.n) == c.rank;
    }, c => $"{c.depth / 20 * 20} layers");

    private static TrainedSet Set(int layer, params double[] losses) => new(Array(layer), [losses, losses]);

    private static T Value<T>(Either<FloeError, T> either) =>
        either.Match(Right: v => v, Left: e => throw new InvalidOperationException($"{e}"));
}
