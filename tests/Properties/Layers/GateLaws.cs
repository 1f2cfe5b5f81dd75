using Floe.Domain;
using Floe.Domain.Layers;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Layers;

public sealed class GateLaws(ITestOutputHelper output)
{
    private static readonly Arbitrary<(double[][] Samples, int Keep)> Small = Arb.From(
        from layers in Gen.Choose(1, 10)
        from samples in Gen.Choose(1, 14)
        from keep in Gen.Choose(1, layers)
        from rows in Gen.ArrayOf(Gen.ArrayOf(Gen.Choose(-40, 40).Select(i => i / 16.0), layers), samples)
        select (rows, keep));

    [Fact]
    public void TheSetIsTheBestOfAllSetsAndProven() => Law.Check(output, Small, c =>
    {
        GateModel model = Value(GateModel.Of(c.Samples));
        (int[] kept, GateCertificate certificate) = GateSearch.Run(model, c.Keep);
        double best = Subsets(model.Layers, model.Layers - c.Keep).Min(model.Rise);
        return kept.Length == c.Keep && certificate.Proven && Math.Abs(certificate.Rise - best) <= 1e-9 * (1 + Math.Abs(best))
            && Math.Abs(model.Rise([.. Enumerable.Range(0, model.Layers).Except(kept)]) - best) <= 1e-9 * (1 + Math.Abs(best));
    }, c => $"{c.Samples[0].Length} layers", c => c.Keep < c.Samples[0].Length);

    [Fact]
    public void ABoundOfASearchThatIsCutShortHolds() => Law.Check(output, Small, c =>
    {
        GateModel model = Value(GateModel.Of(c.Samples));
        GateCertificate certificate = GateSearch.Run(model, c.Keep, nodes: 2).Certificate;
        double best = Subsets(model.Layers, model.Layers - c.Keep).Min(model.Rise);
        return certificate.Bound <= best + (1e-9 * (1 + Math.Abs(best))) && certificate.Rise >= best - (1e-9 * (1 + Math.Abs(best)));
    }, c => $"{c.Samples[0].Length} layers", c => c.Keep < c.Samples[0].Length);

    [Fact]
    public void ThePolicyChoosesFromTheColumnsOfTheModel() => Law.Check(output, Small, c =>
    {
        GateModel model = Value(GateModel.Of(c.Samples));
        LayerStatistics columns = Value(model.AddTo(LayerStatistics.None(model.Layers)));
        ChosenLayers found = Value(
            LayerSelection.Choose(new Policy.Gates(), new LayerChoice.Top(c.Keep), new double[model.Layers], columns));
        return found.Chosen.AsEnumerable().SequenceEqual(GateSearch.Run(model, c.Keep).Kept) && found.Certificate.IsSome;
    }, c => $"{c.Samples[0].Length} layers");

    [Fact]
    public void TheRiseIsThatOfTheMeanOfSquares() => Law.Check(output, Small, c =>
    {
        GateModel model = Value(GateModel.Of(c.Samples));
        int[] off = [.. Enumerable.Range(0, model.Layers - c.Keep)];
        double expected = c.Samples.Average(row => (Math.Pow(off.Sum(l => row[l]), 2) / 2) - off.Sum(l => row[l]));
        return Math.Abs(model.Rise(off) - expected) <= 1e-9 * (1 + Math.Abs(expected));
    }, c => $"{c.Keep} kept", c => c.Keep < c.Samples[0].Length);

    [Fact]
    public void AHundredAndTwentyEightLayersAreSearchedToTheEndOrBounded()
    {
        SplitMix64 random = new(5);
        double[][] samples = new double[200][];
        for (int i = 0; i < samples.Length; i++)
        {
            (samples[i], random) = Row(random, 128);
        }

        (int[] kept, GateCertificate certificate) = GateSearch.Run(Value(GateModel.Of(samples)), 16, nodes: 200);
        Assert.Equal(16, kept.Length);
        Assert.True(certificate.Bound <= certificate.Rise);
        Assert.True(certificate.Rise - certificate.Bound < 0.2 * Math.Abs(certificate.Rise), $"{certificate}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void PoliciesByGainPerSecondChooseTheBestRatio(int seed) => Law.Check(output, Small, c =>
    {
        double[] gains = c.Samples[seed % c.Samples.Length];
        LayerStatistics columns = Value(LayerStatistics.None(gains.Length).With("gain", gains));
        Arr<int> chosen = Value(LayerSelection.Choose(
            new Policy.PerSecond(new Policy.Column("gain")), new LayerChoice.Top(c.Keep), new double[gains.Length], columns)).Chosen;
        double Ratio(int[] set) => set.Sum(l => Math.Max(0, gains[l])) / ((2.0 * gains.Length) - set.Min());
        return chosen.Count == c.Keep && Math.Abs(Ratio([.. chosen]) - Subsets(gains.Length, c.Keep).Max(Ratio)) <= 1e-12;
    }, c => $"{c.Samples[0].Length} layers", c => c.Keep < c.Samples[0].Length);

    [Fact]
    public void AMissingOrCrookedColumnIsNamed()
    {
        GateModel model = Value(GateModel.Of([[1.0, 2.0], [0.5, -1.0]]));
        LayerStatistics sound = Value(model.AddTo(LayerStatistics.None(2)));
        LayerStatistics crooked = Value(sound.With(GateModel.Curvature(1), [7, 1]));
        FloeError.BadData none = Assert.IsType<FloeError.BadData>(Error(LayerStatistics.None(2)));
        Assert.Contains("gate", none.Expected, StringComparison.Ordinal);
        FloeError.BadData found = Assert.IsType<FloeError.BadData>(Error(crooked));
        Assert.Contains("gate_", found.Where, StringComparison.Ordinal);

        static FloeError Error(LayerStatistics columns) =>
            LayerSelection.Choose(new Policy.Gates(), new LayerChoice.Top(1), new double[2], columns)
            .Match(Right: _ => throw new InvalidOperationException("chosen"), Left: e => e);
    }

    [Fact]
    public void PrefixAndSuffixTakeTheirOwnNumber()
    {
        Assert.Equal([0, 1, 2], Chosen("prefix:3"));
        Assert.Equal([6, 7], Chosen("suffix:2"));
        Assert.True(
            LayerSelection.Choose(
                Policy.Parse("suffix:9")
                    .Match(p => p, e => throw new InvalidOperationException($"{e}")), new LayerChoice.Top(1), new double[8],
            LayerStatistics.None(8)).IsLeft);

        static int[] Chosen(string name) => [.. Value(
            from policy in Policy.Parse(name)
            from chosen in LayerSelection.Choose(policy, new LayerChoice.Top(5), new double[8], LayerStatistics.None(8))
            select chosen).Chosen];
    }

    private static (double[] Row, SplitMix64 Next) Row(SplitMix64 random, int layers)
    {
        double[] row = new double[layers];
        for (int l = 0; l < layers; l++)
        {
            (int whole, random) = random.NextBelow(1000);
            row[l] = (whole / 1000.0) - 0.5 + (0.02 * (l % 7));
        }

        return (row, random);
    }

    private static IEnumerable<int[]> Subsets(int layers, int size) => Enumerable.Range(0, 1 << layers)
        .Where(bits => System.Numerics.BitOperations.PopCount((uint)bits) == size)
        .Select(bits => Enumerable.Range(0, layers).Where(l => (bits & (1 << l)) != 0).ToArray());

    private static T Value<T>(Either<FloeError, T> either) =>
        either.Match(Right: v => v, Left: e => throw new InvalidOperationException($"{e}"));
}
