using Floe.Domain.Reports.Drawing;
using Floe.Domain.Scores;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>Per layer and component whether the closed form was used (disc) or the mask stayed binary (cross).</summary>
internal static class TuningGrid
{
    private const int MostInBand = 32;

    public static Chart Of(RunReport report, string id)
    {
        const double left = 58;
        const double row = 20;
        int layers = report.Tuning.Max(t => t.Layer) + 1;
        int bands = (layers + MostInBand - 1) / MostInBand;
        int inBand = (layers + bands - 1) / bands;
        double step = (Chart.Narrow - left) / Math.Max(inBand, 12);
        const double band = (2 * row) + 26;
        IEnumerable<Markup> rows = Enumerable.Range(0, bands).Select(b =>
        {
            double top = 40 + (b * band);
            return All(
                Label("", 0, top + 14, "heads"),
                Label("", 0, top + row + 14, "neurons"),
                Label("tk", 0, top + (2 * row) + 14, "layer"),
                Axis.Numbers(b * inBand, Math.Min(inBand, layers - (b * inBand)), left, step, top + (2 * row) + 14));
        });
        IEnumerable<Markup> marks = report.Tuning.Select(t =>
        {
            (double x, double y) = (
                left + (((t.Layer % inBand) + 0.5) * step),
                40 + (t.Layer / inBand * band) + (t.Component == Component.Head ? 10 : row + 10));
            return t.Tuned ? Disc("pt s0", x, y, 4, Tip(t)) : Path("ln s1", Cross(x, y), Tip(t));
        });
        return new Chart(
            id,
            "Tuned or left binary",
            Describe(report),
            Chart.Narrow,
            40 + (bands * band),
            All(
                Label("hd", 0, 12, "Tuning by layer and component"),
                Disc("pt s0", 6, 26, 4),
                Label("tk", 15, 30, "tuned"),
                Path("ln s1", Cross(72, 26)),
                Label("tk", 81, 30, "left binary"),
                All(rows),
                All(marks)));
    }

    private static string Cross(double x, double y) =>
        $"M{Numbers.Coordinate(x - 3)} {Numbers.Coordinate(y - 3)}l6 6m0 -6l-6 6";

    private static string Tip(TuningOutcome t) =>
        $"layer {t.Layer}, {(t.Component == Component.Head ? "heads" : "neurons")}: {(t.Tuned ? "tuned" : "left binary, " + t.Reason)}";

    private static string Describe(RunReport report) =>
        $"{report.Tuning.Count(t => t.Tuned)} of {report.Tuning.Count} components were tuned, {report.Tuning.Count(t => !t.Tuned)} stayed "
            + $"binary.";
}
