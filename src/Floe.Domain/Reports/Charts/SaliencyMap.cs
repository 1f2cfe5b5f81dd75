using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>
/// The saliency map of layers in the form of the paper's Figure 3: a strip of cells a policy, darker (on dark paper lighter) for a higher
/// score, a dot on each chosen layer; beside it the layer's rank as a number, so that nothing rests on colour alone.
/// </summary>
internal static class SaliencyMap
{
    private const int MostInBand = 36;

    private const double WidestPlot = 956;

    private const double LegendWidth = 350;

    private const double Head = 54;

    public const string Title = "Saliency map of layers";

    /// <summary>Layers run from left to right; models of many layers are cut into bands of equal length.</summary>
    public static Chart Wide(RunReport report, string id)
    {
        const double height = 34;
        int bands = (report.LayerCount + MostInBand - 1) / MostInBand;
        int inBand = (report.LayerCount + bands - 1) / bands;
        double gutter = report.Policies.Fold(40d, (most, p) => Math.Max(most, Math.Min(120, Labels.Width(p.Policy, 12)))) + 14;
        double cell = Math.Clamp(Math.Floor((WidestPlot - gutter) / inBand), 20, 32);
        double bandHeight = (report.Policies.Count * height) + 30;
        double width = Math.Max(gutter + (inBand * cell), LegendWidth);
        IEnumerable<Markup> drawn = Enumerable.Range(0, bands).Select(band =>
        {
            int first = band * inBand;
            int count = Math.Min(inBand, report.LayerCount - first);
            double top = Head + (band * bandHeight);
            double bottom = top + (report.Policies.Count * height);
            return All(
                All(report.Policies.Select((policy, row) => All(
                    Label("hd", 0, top + (row * height) + 21, Labels.Fit(policy.Policy, gutter - 14, 12)),
                    All(Enumerable.Range(first, count).Select(layer =>
                        Cell(
                            policy, layer, gutter + ((layer - first) * cell), top + (row * height), cell - 1, height - 2, below: true)))))),
                Label("tk", 0, bottom + 14, "layer"),
                Axis.Numbers(first, count, gutter, cell, bottom + 14));
        });
        return new Chart(id, Title, Describe(report), width, Head + (bands * bandHeight), All(Legend(), All(drawn)));
    }

    /// <summary>Layers run from top to bottom, for narrow screens.</summary>
    public static Chart Tall(RunReport report, string id)
    {
        const double height = 18;
        const double gutter = 30;
        double cell = Math.Clamp((Chart.Narrow - gutter) / report.Policies.Count, 30, 64);
        double head = Head + 10 + report.Policies.Fold(0d, (most, p) => Math.Max(most, Math.Min(110, Labels.Width(p.Policy, 12))));
        Markup columns = All(report.Policies.Select((policy, column) => All(
            Upright("hd", gutter + ((column + 0.5) * cell) + 4, head - 6, Labels.Fit(policy.Policy, 110, 12)),
            All(Enumerable.Range(0, report.LayerCount).Select(layer =>
                Cell(policy, layer, gutter + (column * cell), head + (layer * height), cell - 1, height - 1, below: false))))));
        Markup rows = All(Enumerable.Range(0, report.LayerCount).Select(layer =>
            Label("tk e", gutter - 6, head + (layer * height) + 13, Numbers.Coordinate(layer))));
        return new Chart(
            id, Title, Describe(report), Math.Max(
                gutter + (report.Policies.Count * cell), LegendWidth), head + (report.LayerCount * height), All(Legend(), columns, rows));
    }

    /// <summary>
    /// Level of the ramp for a layer's score among its policy's scores; where the policy has none, for its place in the ranking. None
    /// without either.
    /// </summary>
    private static Option<int> Level(PolicyColumn policy, int layer)
    {
        double[] values = policy.Scores.IsEmpty ? [.. policy.Ranks.Select(rank => -(double)rank)] : [.. policy.Scores];
        double[] finite = [.. values.Where(double.IsFinite)];
        return layer < values.Length && double.IsFinite(values[layer])
            ? (int)Math.Round(new LinearScale(finite.Min(), finite.Max(), 0, Palette.Levels - 1).At(values[layer]))
            : Option<int>.None;
    }

    private static Markup Cell(PolicyColumn policy, int layer, double x, double y, double width, double height, bool below)
    {
        Option<int> level = Level(policy, layer);
        string ink = level.Match(l => $"k{l}", () => "ink");
        bool chosen = policy.Chosen.Contains(layer);
        Markup box = Rect(level.Match(l => $"q{l}", () => "no"), x, y, width, height, Tip(policy, layer, chosen));
        Markup rank = layer < policy.Ranks.Count
            ? Label($"m {ink}", below ? x + (width / 2) : x + (width / 2) - 6, y + 13, Numbers.Coordinate(policy.Ranks[layer]))
            : Empty;
        Markup dot = chosen
            ? Disc(ink, below ? x + (width / 2) : x + (width / 2) + 9, below ? y + 23 : y + (height / 2), below ? 4 : 3.5)
            : Empty;
        return All(box, rank, dot);
    }

    private static string Tip(PolicyColumn policy, int layer, bool chosen) =>
        $"layer {layer}, {policy.Policy}"
        + (layer < policy.Scores.Count ? $": {Numbers.Value(policy.Scores[layer])}" : "")
        + (layer < policy.Ranks.Count ? $", rank {policy.Ranks[layer]}" : "")
        + (chosen ? ", chosen" : "");

    private static Markup Legend() => All(
        Label("hd", 0, 12, Title),
        Label("tk", 0, 34, "score: low"),
        All(Enumerable.Range(0, Palette.Levels).Select(i => Rect($"q{i}", 62 + (i * 11), 24, 11, 12))),
        Label("tk", 167, 34, "high"),
        Disc("ink", 208, 30, 4),
        Label("tk", 217, 34, "chosen"),
        Label("", 267, 34, "7"),
        Label("tk", 279, 34, "rank, 0 first"));

    private static string Describe(RunReport report) =>
        $"One strip for each of {report.Policies.Count} policies over layers 0 to {report.LayerCount - 1}. "
        + string.Join(' ', report.Policies.Select(p => $"{p.Policy} chooses {Numbers.Ranges(p.Chosen)}."));
}
