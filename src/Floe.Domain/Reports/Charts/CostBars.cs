using Floe.Domain.Reports.Drawing;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>An amount a policy, as horizontal bars from zero with the amount in figures.</summary>
internal static class CostBars
{
    public static Chart Of(string id, string title, IReadOnlyList<(string Policy, double Amount, string Figure)> rows)
    {
        const double row = 26;
        const double top = 22;
        double left = rows.Max(r => Math.Min(100, Labels.Width(r.Policy, 12))) + 10;
        double right = Chart.Narrow - rows.Max(r => Labels.Width(r.Figure, 11)) - 8;
        double most = rows.Max(r => r.Amount);
        var x = new LinearScale(0, most > 0 ? most : 1, left, right);
        return new Chart(
            id,
            title,
            string.Join(", ", rows.Select(r => $"{r.Policy} {r.Figure}")) + ".",
            Chart.Narrow,
            top + (rows.Count * row) + 4,
            All(
                Label("hd", 0, 12, title),
                All(rows.Select((r, i) => All(
                    Label("", 0, top + (i * row) + 17, Labels.Fit(r.Policy, 100, 11)),
                    Rect("on", left, top + (i * row) + 5, Math.Max(0.5, x.At(r.Amount) - left), row - 10, $"{r.Policy}: {r.Figure}"),
                    Label("", x.At(r.Amount) + 6, top + (i * row) + 17, r.Figure)))),
                Line("ax", left, top, left, top + (rows.Count * row))));
    }
}
