using Floe.Domain.Reports.Charts;
using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Sections.Parts;

namespace Floe.Domain.Reports.Sections;

/// <summary>Loss curves.</summary>
internal static class TrainingSection
{
    public static Markup Of(RunReport report)
    {
        TrainingCurve[] curves = [.. report.Curves.Where(c => c.Points.Exists(p => double.IsFinite(p.Loss)))];
        return curves.Length == 0
            ? Section("training", "Training", "", Absent("This run has no training log."))
            : Section(
                "training",
                "Training",
                "",
                Figure(
                    Caption(curves),
                    Markup.All(
                        Markup.El("div", [("class", "wide-only")], LossCurves.Of(report, "curves", 956).OnPage()),
                        Markup.El("div", [("class", "narrow-only")], LossCurves.Of(report, "curves-narrow", Chart.Narrow).OnPage())),
                    Table(
                        "Training loss",
                        ["Step", .. curves.Select(c => c.Policy)],
                        Rows(curves))));
    }

    private static string Caption(TrainingCurve[] curves)
    {
        int longest = curves.Max(c => c.Points.Count);
        int size = (longest + LossCurves.MostPoints - 1) / LossCurves.MostPoints;
        return "Mean token loss of the training batches" + (size > 1 ? $", averaged over {size} consecutive steps." : ", step by step.")
            + " Held-out loss before and after stands with the comparison of policies.";
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(TrainingCurve[] curves)
    {
        Map<string, Map<double, double>> points = Prelude.toMap(curves.Select(c =>
            (c.Policy, Prelude.toMap(c.Smoothed(LossCurves.MostPoints)))));
        return points.Values.Bind(p => p.Keys).Distinct().Order().Select(step => (IReadOnlyList<string>)
            [Numbers.Value(step), .. curves.Select(c => points[c.Policy].Find(step).Match(v => Numbers.Fixed(v, 4), () => "–"))]);
    }
}
