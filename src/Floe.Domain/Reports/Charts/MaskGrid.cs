using Floe.Domain.Reports.Drawing;
using Floe.Domain.Scores;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>
/// Layer × bin of units. Each cell is a small column whose height is the kept share of its bin, on a ground line; its colour says the same
/// once more.
/// </summary>
internal static class MaskGrid
{
    public static Chart Of(RunReport report, MaskMap map, string id)
    {
        const double left = 30;
        const double top = 24;
        const double right = Chart.Narrow - 14;
        double row = map.Layers <= 48 ? 10 : 6;
        double bottom = top + (map.Layers * row);
        double cell = (right - left) / map.Bins;
        bool single = map.Bins == map.UnitsPerLayer;
        string name = map.Component == Component.Head ? "Heads kept" : "Neurons kept";
        return new Chart(
            id,
            name,
            Describe(map),
            Chart.Narrow,
            bottom + 36,
            All(
                Label("hd", 0, 12, single ? name : $"{name}, in bins of {Math.Round(map.UnitsPerLayer / (double)map.Bins)}"),
                Cells(map, left, top, cell, row),
                All(Enumerable.Range(0, map.Layers)
                    .Where(report.IsChosen)
                    .Select(layer => Disc("ink", right + 8, top + ((layer + 0.5) * row), Math.Min(3, row / 3)))),
                All(Ticks.Thin(map.Layers, (int)(map.Layers * row / 20))
                    .Select(layer => Label("tk e", left - 6, top + ((layer + 0.5) * row) + 4, Numbers.Coordinate(layer)))),
                single ? Axis.Numbers(0, map.Bins, left, cell, bottom + 15) : UnitTicks(map, left, right, bottom),
                Label("tk m", (left + right) / 2, bottom + 31, map.Component == Component.Head ? "head" : "neuron")));
    }

    private static Markup Cells(MaskMap map, double left, double top, double cell, double row)
    {
        double tallest = row - 1.5;
        var byLevel = from layer in Enumerable.Range(0, map.Layers)
                      from bin in Enumerable.Range(0, map.Bins)
                      let share = map.Kept[(layer * map.Bins) + bin]
                      where share > 0
                      group (layer, bin, share) by (int)Math.Round(share * (Palette.Levels - 2)) + 1 into level
                      orderby level.Key
                      select level;
        double gap = Math.Min(1, cell / 5);
        return All(
            Path("gl cr", string.Concat(Enumerable.Range(0, map.Layers).Select(layer =>
                $"M{Numbers.Coordinate(left)} "
                    + $"{Numbers.Coordinate(top + ((layer + 1) * row) - 0.5)}h{Numbers.Coordinate(cell * map.Bins)}"))),
            All(byLevel.Select(level => Path(
                $"q{level.Key}",
                string.Concat(level.Select(c =>
                {
                    double height = Math.Max(1, c.share * tallest);
                    return Box(left + (c.bin * cell), top + ((c.layer + 1) * row) - 1 - height, cell - gap, height);
                }))))));
    }

    private static Markup UnitTicks(MaskMap map, double left, double right, double bottom)
    {
        Ticks ticks = Ticks.Cover(0, map.UnitsPerLayer, 5);
        var scale = new LinearScale(0, map.UnitsPerLayer, left, right);
        return All(ticks.Values.Where(v => v < map.UnitsPerLayer * 0.94).Append(map.UnitsPerLayer).Select(v => All(
            Line("ax", scale.At(v), bottom, scale.At(v), bottom + 4),
            Label(v == 0 ? "tk" : v == map.UnitsPerLayer ? "tk e" : "tk m", scale.At(v), bottom + 15, Numbers.Coordinate(v)))));
    }

    private static string Describe(MaskMap map)
    {
        var rows = Enumerable.Range(0, map.Layers).Select(layer => (layer, Share: map.KeptShare(layer, 0, map.Bins))).ToArray();
        (int most, double high) = rows.MaxBy(r => r.Share);
        (int least, double low) = rows.MinBy(r => r.Share);
        return $"Share of kept units by layer and position. Layer {most} keeps most ({Numbers.Percent(high)}), layer {least} least "
            + $"({Numbers.Percent(low)}).";
    }
}
