using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>One share a stage against a limit at 100 %, as a dot on a line; the value stands in words beside it.</summary>
internal static class StageDots
{
    /// <summary>Kept Fisher as a share of the bound (method §11).</summary>
    public static Chart Bound(MaskSearchSummary search, string id) => Of(
        id,
        "Kept Fisher against the bound",
        "the bound",
        search.Stages.Select(s => (s.Name, s.KeptFisher / search.Bound)),
        "below",
        "above, out of budget");

    /// <summary>Cost as a share of the budget.</summary>
    public static Chart Budget(MaskSearchSummary search, string id) => Of(
        id,
        "Taylor cost against the budget",
        "the budget C",
        search.Stages.Select(s => (s.Name, s.Cost / search.Budget)),
        "unspent",
        "over the budget");

    private static Chart Of(
        string id, string title, string limit, IEnumerable<(string Name, double Share)> stages, string under, string over)
    {
        const double left = 118;
        const double right = Chart.Narrow - 14;
        const double top = 46;
        const double row = 40;
        (string Name, double Share)[] shown = [.. stages.Where(s => double.IsFinite(s.Share))];
        double bottom = top + (shown.Length * row);
        double low = shown.Append((limit, 1d)).Min(s => s.Item2);
        double high = shown.Append((limit, 1d)).Max(s => s.Item2);
        Ticks ticks = Ticks.Cover(100 * low, 100 * high, 4);
        var scale = new LinearScale(ticks.Values[0], ticks.Values[^1], left, right);
        Markup rows = All(shown.Select((stage, i) =>
        {
            (double x, double y) = (scale.At(100 * stage.Share), top + ((i + 0.5) * row));
            string words = Words(stage.Share, under, over);
            double half = Labels.Width(words, 11) / 2;
            return All(
                Label("hd", 0, y + 4, Labels.Fit(stage.Name, left - 8, 12)),
                Line("ln s0", Math.Min(x, scale.At(100)), y, Math.Max(x, scale.At(100)), y),
                Disc("pt s0", x, y, 5, $"{stage.Name}: {words}"),
                Label("m halo", Math.Clamp(x, left + half - 8, Chart.Narrow - half), y - 9, words));
        }));
        return new Chart(
            id,
            title,
            $"As a share of {limit}: " + string.Join("; ", shown.Select(s => $"{s.Name} {Words(s.Share, under, over)}")) + ".",
            Chart.Narrow,
            bottom + 22,
            All(
                Label("hd", 0, 12, title),
                Line("bd", 1, 26, 19, 26),
                Label("tk", 25, 30, $"{limit} = 100 %" + (ticks.Values[0] > 0 ? $"; the axis starts at {ticks.Labels[0]} %" : "")),
                Axis.Below(ticks, scale, top, bottom),
                Line("bd", scale.At(100), top, scale.At(100), bottom),
                rows));
    }

    private static string Words(double share, string under, string over) =>
        Math.Abs(1 - share) switch
        {
            < 1e-12 => "exactly 100\u00a0%",
            < 5e-5 => $"<\u00a00.01\u00a0% {(share < 1 ? under : over)}",
            double off => $"{Numbers.Fixed(off * 100, 2)}\u00a0% {(share < 1 ? under : over)}",
        };
}
