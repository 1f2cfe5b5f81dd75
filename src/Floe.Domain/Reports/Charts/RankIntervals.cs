using Floe.Domain.Reports.Drawing;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>
/// How far each layer's rank moves over resampled samples: a line from its best to its worst rank with a short bar at either end, and a
/// disc at the rank of the whole sample, full where the layer is chosen.
/// </summary>
internal static class RankIntervals
{
    public static Chart Of(RunReport report, string id)
    {
        const double top = 44;
        const double left = Axis.LayerGutter;
        const double bottom = 250;
        const double second = 5 + 150;
        int layers = report.LayerCount;
        double step = (Chart.Narrow - left) / layers;
        var scale = new LinearScale(0, Math.Max(1, layers - 1), top + 6, bottom - 6);
        double radius = Math.Min(4, step / 2.6);
        Markup marks = All(report.Stability.Select(layer =>
        {
            double x = left + ((layer.Layer + 0.5) * step);
            (double best, double worst) = (scale.At(layer.RankLow), scale.At(layer.RankHigh));
            return All(
                Line("ln s0", x, best, x, worst),
                Line("ln s0", x - radius, best, x + radius, best),
                Line("ln s0", x - radius, worst, x + radius, worst),
                Disc(layer.Chosen ? "pt s0" : "off", x, scale.At(layer.Rank), radius, Tip(layer)));
        }));
        Ticks ticks = Ticks.Cover(0, Math.Max(1, layers - 1), 5);
        Markup grid = All(ticks.Values.Zip(ticks.Labels).Where(tick => tick.Item1 <= layers - 1).Select(tick => All(
            Line("gl", left, scale.At(tick.Item1), Chart.Narrow, scale.At(tick.Item1)),
            Label("tk e", left - 6, scale.At(tick.Item1) + 4, tick.Item2))));
        return new Chart(
            id,
            "Rank of each layer over resampled samples",
            Describe(report),
            Chart.Narrow,
            bottom + 24,
            All(
                Label("hd", 0, 12, "Rank over draws (0 = most important)"),
                Disc("pt s0", 5, 26, 4),
                Label("tk", 14, 30, "whole sample, chosen"),
                Disc("off", second, 26, 4),
                Label("tk", second + 9, 30, "not chosen"),
                grid,
                marks,
                Label("tk", 0, bottom + 18, "layer"),
                Axis.Numbers(0, layers, left, step, bottom + 18)));
    }

    private static string Tip(LayerStability layer) =>
        $"layer {layer.Layer}: rank {layer.Rank}, from {layer.RankLow} to {layer.RankHigh} over draws, chosen by "
            + $"{Numbers.Percent(layer.SelectedShare)} of them";

    private static string Describe(RunReport report)
    {
        LayerStability widest = report.Stability.MaxBy(layer => layer.RankHigh - layer.RankLow);
        int sure = report.Stability.Count(layer => layer.SelectedShare is <= 0.05 or >= 0.95);
        return $"{sure} of {report.LayerCount} layers are chosen, or left, by at least 95 % of the draws. "
            + $"The widest line is that of layer {widest.Layer}, from rank {widest.RankLow} to {widest.RankHigh}.";
    }
}
