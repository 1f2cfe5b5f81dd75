using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>
/// Rank of each layer under the first and the last stage's masks (the question of the paper's Figure 6): a ring before, a disc after,
/// joined where they differ.
/// </summary>
internal static class RankMoves
{
    public static Chart Of(RunReport report, MaskStage before, MaskStage after, string id)
    {
        const double top = 44;
        const double left = Axis.LayerGutter;
        const double bottom = 250;
        int layers = after.Ranks.Count;
        double step = (Chart.Narrow - left) / layers;
        var scale = new LinearScale(0, Math.Max(1, layers - 1), top + 6, bottom - 6);
        double radius = Math.Min(4, step / 2.4);
        Markup marks = All(Enumerable.Range(0, layers).Select(layer =>
        {
            double x = left + ((layer + 0.5) * step);
            (double from, double to) = (scale.At(before.Ranks[layer]), scale.At(after.Ranks[layer]));
            string tip = $"layer {layer}: rank {before.Ranks[layer]} after {before.Name}, {after.Ranks[layer]} after {after.Name}";
            return All(
                from == to ? Empty : Line("ln s0", x, from, x, to),
                from == to ? Empty : Disc("ho s0", x, from, radius, tip),
                Disc(report.IsChosen(layer) ? "pt s0" : "off", x, to, radius, tip));
        }));
        double second = 5 + Labels.Width(before.Name, 11) + 24;
        double third = second + Labels.Width($"{after.Name}, chosen", 11) + 24;
        Ticks ticks = Ticks.Cover(0, Math.Max(1, layers - 1), 5);
        Markup grid = All(ticks.Values.Zip(ticks.Labels).Where(t => t.Item1 <= layers - 1).Select(t => All(
            Line("gl", left, scale.At(t.Item1), Chart.Narrow, scale.At(t.Item1)),
            Label("tk e", left - 6, scale.At(t.Item1) + 4, t.Item2))));
        return new Chart(
            id,
            $"Rank of each layer, {before.Name} to {after.Name}",
            Describe(before, after),
            Chart.Narrow,
            bottom + 24,
            All(
                Label("hd", 0, 12, "Rank (0 = most important)"),
                Disc("ho s0", 5, 26, 4),
                Label("tk", 14, 30, before.Name),
                Disc("pt s0", second, 26, 4),
                Label("tk", second + 9, 30, $"{after.Name}, chosen"),
                Disc("off", third, 26, 4),
                Label("tk", third + 9, 30, "not chosen"),
                grid,
                marks,
                Label("tk", 0, bottom + 18, "layer"),
                Axis.Numbers(0, layers, left, step, bottom + 18)));
    }

    private static string Describe(MaskStage before, MaskStage after)
    {
        var moved = before.Ranks.Zip(after.Ranks)
            .Select((pair, layer) => (layer, By: Math.Abs(pair.Item1 - pair.Item2)))
            .Where(m => m.By > 0)
            .ToArray();
        return moved.Length == 0
            ? $"No layer changed its rank between {before.Name} and {after.Name}."
            : $"{moved.Length} of {after.Ranks.Count} layers changed rank between {before.Name} and {after.Name}; the largest move is "
                + $"{moved.Max(m => m.By)} places, layer {moved.MaxBy(m => m.By).layer}.";
    }
}
