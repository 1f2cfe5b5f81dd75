using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>Training loss by step, a line a policy; dash and mark tell lines apart as well as colour, and each line is named at its
/// end.</summary>
internal static class LossCurves
{
    /// <summary>Most points drawn of a curve; longer ones are averaged over consecutive steps.</summary>
    public const int MostPoints = 60;

    /// <param name="report">The run.</param>
    /// <param name="id">Identifier on the page.</param>
    /// <param name="width">Width of the view box: <see cref="Chart.Narrow"/> or more.</param>
    public static Chart Of(RunReport report, string id, double width)
    {
        const double top = 24;
        const double bottom = 240;
        var curves = report.Curves.Select(c => (c.Policy, Points: c.Smoothed(MostPoints))).Where(c => c.Points.Count > 0).ToArray();
        double names = curves.Max(c => Math.Min(96, Labels.Width(c.Policy, 11))) + 24;
        Ticks losses = Ticks.Cover(curves.Min(c => c.Points.Min(p => p.Loss)), curves.Max(c => c.Points.Max(p => p.Loss)), 5);
        double left = Axis.Gutter(losses);
        double right = width - names;
        double lastStep = curves.Max(c => c.Points.Max(p => p.Step));
        Ticks steps = Steps(lastStep);
        var x = new LinearScale(0, lastStep, left, right);
        var y = new LinearScale(losses.Values[0], losses.Values[^1], bottom, top);
        Arr<double> ends = Labels.Spread(Prelude.toArray(curves.Select(c => y.At(c.Points[^1].Loss))), 14, top, bottom);
        Markup lines = All(curves.Select(curve =>
        {
            int style = PolicyStyle.IndexOf(report, curve.Policy);
            return Polyline(
                $"ln {PolicyStyle.Colour(style)} {PolicyStyle.Dash(style)}", curve.Points.Select(p => (x.At(p.Step), y.At(p.Loss))));
        }));
        Markup marks = All(curves.Select((curve, i) =>
        {
            int style = PolicyStyle.IndexOf(report, curve.Policy);
            (double endX, double endY) = (x.At(curve.Points[^1].Step), y.At(curve.Points[^1].Loss));
            return All(
                Polyline($"lead {PolicyStyle.Colour(style)}", [(endX, endY), (right + 10, ends[i])]),
                Mark(style, $"pt {PolicyStyle.Colour(style)}", right + 13, ends[i],
                    $"{curve.Policy}: {Numbers.Value(curve.Points[^1].Loss)}"),
                Label("", right + 21, ends[i] + 4, Labels.Fit(curve.Policy, 96, 11)));
        }));
        return new Chart(
            id,
            "Training loss",
            string.Join(' ', curves.Select(c => $"{c.Policy}: from {Numbers.Fixed(c.Points[0].Loss, 3)} to "
                + $"{Numbers.Fixed(c.Points[^1].Loss, 3)} in {Numbers.Coordinate(lastStep)} steps.")),
            width,
            bottom + 36,
            All(
                Label("hd", 0, 12, "Training loss (nats a token)"),
                Axis.Left(losses, y, left, right),
                Axis.Below(steps, x, bottom, bottom + 4),
                Line("ax", left, bottom, right, bottom),
                Label("tk m", (left + right) / 2, bottom + 31, "step"),
                lines,
                marks));
    }

    /// <summary>Ticks that do not pass the last step.</summary>
    private static Ticks Steps(double last)
    {
        Ticks ticks = Ticks.Cover(0, last, 4);
        (double Value, string Label)[] inside = [.. ticks.Values.Zip(ticks.Labels).Where(t => t.Item1 <= last)];
        return new Ticks(Prelude.toArray(inside.Select(t => t.Value)), Prelude.toArray(inside.Select(t => t.Label)), ticks.Exponent);
    }
}
