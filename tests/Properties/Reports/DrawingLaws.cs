using Floe.Domain.Reports.Drawing;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Reports;

/// <summary>Laws of scales, ticks, labels, numbers and colours.</summary>
public class DrawingLaws(ITestOutputHelper output)
{
    private static readonly Gen<double> Reals =
        from mantissa in Gen.Choose(-999_999, 999_999)
        from exponent in Gen.Choose(-12, 8)
        select mantissa * Math.Pow(10, exponent);

    private static readonly Gen<(double Low, double High)> Intervals =
        from one in Reals
        from other in Reals
        where one != other
        select (Math.Min(one, other), Math.Max(one, other));

    [Fact]
    public void AScaleKeepsOrderAndMeetsItsEnds() => Holds(
        from interval in Intervals
        from a in Gen.Choose(0, 1000)
        from b in Gen.Choose(0, 1000)
        where a < b
        select (interval, a, b),
        c =>
        {
            var scale = new LinearScale(c.interval.Low, c.interval.High, 10, 210);
            double width = c.interval.High - c.interval.Low;
            double first = scale.At(c.interval.Low + (width * c.a / 1000));
            double second = scale.At(c.interval.Low + (width * c.b / 1000));
            return first < second && Math.Abs(scale.At(c.interval.Low) - 10) < 1e-9 && Math.Abs(scale.At(c.interval.High) - 210) < 1e-9;
        });

    [Fact]
    public void TicksCoverTheIntervalEvenlyWithDistinctLabels() => Holds(
        from interval in Intervals
        from most in Gen.Choose(1, 10)
        where interval.High - interval.Low > 1e-9 * Math.Max(Math.Abs(interval.High), Math.Abs(interval.Low))
        select (interval, most),
        c =>
        {
            Ticks ticks = Ticks.Cover(c.interval.Low, c.interval.High, c.most);
            double[] values = [.. ticks.Values];
            double step = values[1] - values[0];
            double slack = 1e-6 * step;
            return values[0] <= c.interval.Low + slack
                && values[^1] >= c.interval.High - slack
                && values.Length <= c.most + 2
                && values.Zip(values.Skip(1), (x, y) => y - x)
                    .All(d => d > 0 && Math.Abs(d - step) < 1e-6 * Math.Max(step, Math.Abs(values[^1])))
                && ticks.Labels.Distinct().Count() == ticks.Labels.Count;
        });

    [Fact]
    public void AnEmptyIntervalStillHasTwoTicksAroundIt() => Holds(
        from value in Reals select value,
        value => Ticks.Cover(value, value, 4) is var ticks
            && ticks.Values.Count >= 2
            && ticks.Values[0] <= value
            && ticks.Values[ticks.Values.Count - 1] >= value);

    [Fact]
    public void ThinningKeepsTheFirstAndNeverMoreThanAsked() => Holds(
        from count in Gen.Choose(1, 5000) from most in Gen.Choose(1, 60) select (count, most),
        c => Ticks.Thin(c.count, c.most) is var kept && kept.Count <= c.most && kept[0] == 0 && kept.ForAll(i => i < c.count)
            && (c.count > c.most || kept.Count == c.count));

    [Fact]
    public void SpreadLabelsKeepTheirDistanceTheirOrderAndTheirRoom() => Holds(
        from wished in Gen.Choose(0, 3000).Select(v => v / 10d).ListOf() where wished.Count is > 0 and < 12 select wished,
        wished =>
        {
            Arr<double> placed = Labels.Spread(Prelude.toArray(wished), 14, 20, 240);
            int[] order = [.. Enumerable.Range(0, wished.Count).OrderBy(i => wished[i])];
            return order.Zip(order.Skip(1), (a, b) => placed[b] - placed[a]).All(gap => gap >= 14 - 1e-9)
                && placed.ForAll(y => y >= 20 - 1e-9 && y <= 240 + 1e-9);
        });

    [Fact]
    public void LabelsWithRoomStayWhereTheyWish()
    {
        Arr<double> wished = Prelude.Array(30d, 60, 200);
        Assert.Equal(wished, Labels.Spread(wished, 14, 20, 240));
    }

    [Fact]
    public void CoordinatesAreShortAndWithinHalfATenth() => Holds(
        from value in Gen.Choose(-9_999_999, 9_999_999).Select(v => v / 1000d) select value,
        value => Numbers.Coordinate(value) is var text
            && Math.Abs(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) - value) <= 0.05 + 1e-9
            && !text.EndsWith('.') && text != "-0" && text.Length <= 8);

    [Theory]
    [InlineData(0.00004, "<\u00a00.1\u00a0%")]
    [InlineData(0.99996, ">\u00a099.9\u00a0%")]
    [InlineData(1, "100\u00a0%")]
    [InlineData(0, "0\u00a0%")]
    [InlineData(0.267, "26.7\u00a0%")]
    public void AShareReadsAsAllOrNothingOnlyWhenItIs(double share, string text) => Assert.Equal(text, Numbers.Percent(share));

    [Theory]
    [InlineData(new int[0], "none")]
    [InlineData(new[] { 3 }, "3")]
    [InlineData(new[] { 0, 1, 2, 7, 9, 10 }, "0–2, 7, 9, 10")]
    public void RunsOfLayersAreJoined(int[] layers, string text) => Assert.Equal(text, Numbers.Ranges(layers));

    [Theory]
    [InlineData(0.42, "0.42\u00a0s")]
    [InlineData(63, "1\u00a0min\u00a003\u00a0s")]
    [InlineData(3725, "1\u00a0h\u00a002\u00a0min")]
    public void DurationsReadAsAPersonSaysThem(double seconds, string text) => Assert.Equal(text, Numbers.Duration(seconds));

    public static TheoryData<string> Schemes => ["light", "dark"];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void TextStandsOutFromWhatIsBehindIt(string scheme)
    {
        Palette palette = scheme == "light" ? Palette.Light : Palette.Dark;
        foreach (string ink in new[] { "text", "muted", "accent" })
        {
            Assert.True(Oklch.Contrast(palette[ink], palette["page"]) >= 4.5, $"{ink} on page");
            Assert.True(Oklch.Contrast(palette[ink], palette["panel"]) >= 4.5, $"{ink} on panel");
        }

        for (int level = 0; level < Palette.Levels; level++)
        {
            Assert.True(Oklch.Contrast(palette[$"k{level}"], palette[$"q{level}"]) >= 4.5, $"number on level {level}");
        }

        for (int series = 0; series < Palette.Series; series++)
        {
            Assert.True(Oklch.Contrast(palette[$"s{series}"], palette["panel"]) >= 4.5, $"series {series}");
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void TheRampMovesAwayFromThePaperStepByStep(string scheme)
    {
        Palette palette = scheme == "light" ? Palette.Light : Palette.Dark;
        double[] contrast = [.. Enumerable.Range(0, Palette.Levels).Select(i => Oklch.Contrast(palette[$"q{i}"], palette["panel"]))];
        Assert.All(contrast.Zip(contrast.Skip(1)), pair => Assert.True(pair.Item2 > pair.Item1 * 1.1));
    }

    private void Holds<T>(Gen<T> cases, Func<T, bool> law) => Law.Check(output, cases.ToArbitrary(), law, _ => "cases");
}
