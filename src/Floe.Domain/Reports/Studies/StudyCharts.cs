using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Studies;

/// <summary>The charts of a rank study, in any width from <see cref="Chart.Narrow"/>.</summary>
internal static class StudyCharts
{
    private const double Top = 26;
    private const double Bottom = 236;
    private const double Height = Bottom + 36;

    /// <summary>Loss of every training and the mean with its deviation, by rank.</summary>
    public static Chart Loss(StudyReport report, string id, double width)
    {
        PointSummary[] points = [.. report.Verdict.AsEnumerable().SelectMany(v => v.Points.AsEnumerable())];
        (Point Point, Option<long> Seed, double Loss)[] trainings = [
            .. report.Study.Trainings(report.Rules.Steps).Where(t => double.IsFinite(t.Loss))];
        Frame frame = Frame.Of(
            width, [.. trainings.Select(t => t.Loss), .. points.Select(p => p.Mean)], [.. report.Rules.Space.Points.Select(report.At)]);
        Markup rings = All(
            trainings.Select(
                t =>
                    Disc("ho s7", frame.X.At(report.At(t.Point)), frame.Y.At(t.Loss), 3,
                        $"{report.Rules.Space.Text(t.Point)}: {Numbers.Fixed(t.Loss, 4)}")));
        Markup means = All(points.Select(p =>
        {
            (double x, double y) = (frame.X.At(report.At(p.Point)), frame.Y.At(p.Mean));
            string colour = p.WithinNoise ? "s0" : "s1";
            string said = $"{report.Rules.Space.Text(p.Point)}: mean {Numbers.Fixed(p.Mean, 4)} of "
                + $"{p.Seeds}{(p.WithinNoise ? ", within noise of the best" : "")}";
            return All(
                p.Deviation.Match(d => Line($"ln {colour}", x, Clamped(frame, p.Mean - d), x, Clamped(frame, p.Mean + d)), () => Empty),
                Mark(p.WithinNoise ? 0 : 1, $"pt {colour}", x, y, said));
        }));
        return new Chart(
            id,
            "Validation loss by rank",
            string.Join(' ', points.Select(p =>
                $"{report.Rules.Space.Text(p.Point)}: {Numbers.Fixed(p.Mean, 4)}{(p.WithinNoise ? " (within noise of the best)" : "")}.")),
            width,
            Height,
            All(frame.Titled("Validation loss (nats a token)"), frame.Drawn(report.Rules.Space.Dimensions[0].Name), rings, means));
    }

    /// <summary>Mean loss by trial, and the best so far.</summary>
    public static Chart History(StudyReport report, string id, double width)
    {
        (StudyTrial Trial, double Loss)[] ended = [
            .. from t in report.Trials from v in t.Trial.Value.AsEnumerable() where double.IsFinite(v) select (t.Trial, v)];
        Frame frame = Frame.Of(width, [.. ended.Select(e => e.Loss)], [.. ended.Select(e => (double)e.Trial.Number)]);
        double best = double.PositiveInfinity;
        (double Number, double Best)[] line = [
            .. ended.Select(e => ((double)e.Trial.Number, best = e.Trial.State == TrialState.Complete ? Math.Min(best, e.Loss) : best))
                .Where(p => double.IsFinite(p.Item2))];
        Markup steps = line.Length == 0
            ? Empty
            : Polyline("ln s0", line.SelectMany((p, i) => i == 0
                ? [(frame.X.At(p.Number), frame.Y.At(p.Best))]
                : new[] { (frame.X.At(p.Number), frame.Y.At(line[i - 1].Best)), (frame.X.At(p.Number), frame.Y.At(p.Best)) }));
        Markup marks = All(ended.Select(e =>
        {
            (double x, double y) = (frame.X.At(e.Trial.Number), frame.Y.At(e.Loss));
            string said = $"trial {e.Trial.Number}: {Numbers.Fixed(e.Loss, 4)}";
            return e.Trial.Repeats.IsSome ? Disc("ho s1", x, y, 4, $"{said}, a repeat")
                : e.Trial.State == TrialState.Pruned ? Mark(5, "pt s1", x, y, $"{said}, stopped early")
                : Mark(0, "pt s0", x, y, said);
        }));
        return new Chart(
            id,
            "Mean loss by trial and the best so far",
            $"{ended.Length} trials ended; the best mean loss so far is {Numbers.Fixed(line.Length > 0 ? line[^1].Best : double.NaN, 4)}.",
            width,
            Height,
            All(frame.Titled("Mean loss (nats a token)"), frame.Drawn("trial"), steps, marks));
    }

    /// <summary>The densities l and g of one dimension.</summary>
    public static Chart Densities(Dimension dimension, AcquisitionCurves curves, string id, double width)
    {
        double[] below = [.. curves.LogBelow.Select(v => Math.Exp(v))], above = [.. curves.LogAbove.Select(v => Math.Exp(v))];
        Frame frame = Frame.Of(width, [0, .. below, .. above], Values(dimension));
        return new Chart(
            id,
            $"Densities of {dimension.Name}",
            $"l is largest at {dimension.Text(Largest(below))}, g at {dimension.Text(Largest(above))}.",
            width,
            Height,
            All(
                frame.Titled("Density"),
                Key(width, 0, "l: the best"),
                Key(width, 1, "g: the others"),
                frame.Drawn(dimension.Name),
                Curve(frame, dimension, above, 1),
                Curve(frame, dimension, below, 0)));
    }

    /// <summary>log l − log g of one dimension; its largest value is what is proposed next.</summary>
    public static Chart Acquisition(Dimension dimension, AcquisitionCurves curves, string id, double width)
    {
        // What is below the rounding of the densities is no difference.
        double[] values = [.. curves.Acquisition.Select(v => Math.Round(v, 9))];
        int largest = Largest(values);
        Frame frame = Frame.Of(width, values, Values(dimension));
        return new Chart(
            id,
            $"log l − log g of {dimension.Name}",
            $"It is largest at {dimension.Text(largest)}: {Numbers.Fixed(values[largest], 3)}.",
            width,
            Height,
            All(
                frame.Titled($"log l − log g, largest at {dimension.Text(largest)}"),
                frame.Drawn(dimension.Name),
                Curve(frame, dimension, values, 2),
                Disc("ho s2", frame.X.At(Values(dimension)[largest]), frame.Y.At(values[largest]), 7)));
    }

    private static Markup Curve(Frame frame, Dimension dimension, double[] values, int series)
    {
        double[] at = Values(dimension);
        return All(
            dimension is Dimension.Whole
                ? Polyline($"ln s{series} {(series == 0 ? "" : $"d{series}")}", values.Select((v, i) => (frame.X.At(at[i]), frame.Y.At(v))))
                : Empty,
            All(values.Select(
                (v, i) => Mark(series, $"pt s{series}", frame.X.At(at[i]), frame.Y.At(v), $"{dimension.Text(i)}: {Numbers.Value(v)}"))));
    }

    private static Markup Key(double width, int series, string name) =>
        All(Mark(series, $"pt s{series}", width - 190 + (series * 92), 8), Label("tk", width - 181 + (series * 92), 12, name));

    private static double[] Values(Dimension dimension) =>
        [.. Enumerable.Range(0, dimension.Count)
            .Select(place => dimension is Dimension.Whole whole ? whole.Range.Low + place : (double)place)];

    private static int Largest(double[] values) => System.Array.IndexOf(values, values.Max());

    private static double Clamped(Frame frame, double value) => Math.Clamp(frame.Y.At(value), Top, Bottom);

    private sealed record Frame(LinearScale X, LinearScale Y, Ticks Across, Ticks Up, double Left, double Right)
    {
        public static Frame Of(double width, double[] values, double[] positions)
        {
            Ticks up = Ticks.Cover(values.Min(), values.Max(), 5);
            (double left, double right) = (Axis.Gutter(up), width - 12);
            (double low, double high) = (positions.Min(), positions.Max());
            return new Frame(
                new LinearScale(low, high, left + 14, right - 14), new LinearScale(
                    up.Values[0], up.Values[^1], Bottom, Top), Whole(low, high, width), up, left, right);
        }

        public Markup Titled(string title) => Label("hd", 0, 12, $"{title} {Up.ExponentNote}".TrimEnd());

        public Markup Drawn(string name) => All(
            Axis.Left(Up, Y, Left, Right),
            Axis.Below(Across, X, Bottom, Bottom + 4),
            Line("ax", Left, Bottom, Right, Bottom),
            Label("tk m", (Left + Right) / 2, Bottom + 31, name));

        // Whole numbers of the interval, thinned to what fits.
        private static Ticks Whole(double low, double high, double width)
        {
            int count = (int)(high - low) + 1;
            double[] values = [.. Ticks.Thin(count, (int)(width / 34)).Select(i => low + i)];
            return new Ticks(Prelude.toArray(values), Prelude.toArray(values.Select(v => Numbers.Coordinate(v))), 0);
        }
    }
}
