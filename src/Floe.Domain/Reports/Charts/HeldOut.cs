using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>Held-out loss before (ring) and after (the policy's mark), a row a policy, the value in figures beside it.</summary>
internal static class HeldOut
{
    public static Chart Of(RunReport report, string id)
    {
        const double top = 46;
        const double row = 30;
        const double right = Chart.Narrow - 56;
        var rows = (from outcome in report.Outcomes from loss in outcome.HeldOutLoss.ToArray() select (outcome.Policy, Loss: loss))
            .ToArray();
        Option<double> before = report.Base.Bind(b => b.HeldOutLoss);
        double left = rows.Max(r => Math.Min(100, Labels.Width(r.Policy, 12))) + 12;
        double bottom = top + (rows.Length * row);
        double[] values = [.. rows.Select(r => r.Loss).Concat(before.ToArray())];
        Ticks ticks = Ticks.Cover(values.Min(), values.Max(), 4);
        var x = new LinearScale(ticks.Values[0], ticks.Values[^1], left + 6, right - 6);
        Markup drawn = All(rows.Select((r, i) =>
        {
            int style = PolicyStyle.IndexOf(report, r.Policy);
            string colour = PolicyStyle.Colour(style);
            double y = top + ((i + 0.5) * row);
            return All(
                Label("hd", 0, y + 4, Labels.Fit(r.Policy, 100, 12)),
                before.Match(
                    b =>
                        All(Line($"ln {colour}", x.At(b), y, x.At(r.Loss), y), Disc(
                            $"ho {colour}", x.At(b), y, 4, $"before: {Numbers.Fixed(b, 3)}")), () =>
                            Empty),
                Mark(style, $"pt {colour}", x.At(r.Loss), y, $"{r.Policy}: {Numbers.Fixed(r.Loss, 3)}"),
                Label("e", Chart.Narrow, y + 4, Numbers.Fixed(r.Loss, 3)));
        }));
        string start = before.Match(b => $"Before adaptation {Numbers.Fixed(b, 3)}. ", () => "");
        return new Chart(
            id,
            "Held-out loss, before and after",
            start + string.Join(", ", rows.Select(r => $"{r.Policy} {Numbers.Fixed(r.Loss, 3)}")) + ".",
            Chart.Narrow,
            bottom + 36,
            All(
                Label("hd", 0, 12, "Held-out loss (nats a token)"),
                before.Match(
                    b =>
                        All(Disc("ho s0", 6, 26, 4), Label(
                            "tk", 15, 30, $"before: {Numbers.Fixed(b, 3)}"), Label("tk e", Chart.Narrow, 30, "after")),
                    () => Label("tk e", Chart.Narrow, 30, "after")),
                Axis.Below(ticks, x, top, bottom),
                drawn,
                Label("tk m", (left + right) / 2, bottom + 31, ticks.Values[0] > 0
                    ? $"lower is better; the axis starts at {ticks.Labels[0]}"
                    : "lower is better")));
    }
}
