using Floe.Domain.Reports.Charts;
using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Sections.Parts;

namespace Floe.Domain.Reports.Sections;

/// <summary>Which layers matter: the saliency map, and the quantities behind it, a layer each.</summary>
internal static class LayerSection
{
    private static readonly string[] Usual = ["Fisher", "Taylor", "Head sparsity", "Neuron sparsity"];

    public static Markup Of(RunReport report) => Section(
        "layers",
        "Which layers matter",
        "A layer's importance is the share of its heads and neurons that the masks silence on the frozen path: what the model can spare "
            + "there, the adapter may rewrite.",
        Map(report),
        Sureness(report),
        Bars(report));

    private static Markup Map(RunReport report) => report.Policies.IsEmpty || report.LayerCount == 0
        ? Absent("This run has no ranking of layers, so there is no saliency map.")
        : Figure(
            "Each strip is scaled to its own lowest and highest score; a policy without scores is shaded by its ranks. A dot marks a "
                + "chosen layer, the number is the layer's rank under that policy (0 = most important).",
            All(
                El("div", [("class", "wide-only")], SaliencyMap.Wide(report, "saliency").OnPage()),
                El("div", [("class", "narrow-only")], SaliencyMap.Tall(report, "saliency-tall").OnPage())),
            Table(
                "Scores, ranks and choices of each policy",
                ["Layer", .. report.Policies.Map(p => p.Policy)],
                Enumerable.Range(0, report.LayerCount).Select(layer => (IReadOnlyList<string>)
                    [Numbers.Coordinate(layer), .. report.Policies.Map(p => Words(p, layer))])));

    private static string Words(PolicyColumn policy, int layer)
    {
        string[] words =
        [
            .. policy.Scores.Skip(layer).Take(1).Select(Numbers.Value),
            .. policy.Ranks.Skip(layer).Take(1).Select(rank => $"rank {Numbers.Coordinate(rank)}"),
            .. policy.Chosen.Contains(layer) ? ["chosen"] : Array.Empty<string>(),
        ];
        return words.Length == 0 ? "–" : string.Join(", ", words);
    }

    private static Markup Sureness(RunReport report) => report.Stability.IsEmpty
        ? Empty
        : All(
            Heading("How sure the choice is"),
            Figure(
                $"The sample's parts were drawn again and again with replacement, and each draw was ranked like the whole; units that "
                    + $"tuning scaled keep their factor. Bars: the share of the draws that choose the layer; solid with a dot where the "
                    + $"run chose it. Lines: {Lines(report)}.",
                [
                    LayerBars.Of(report, new LayerSeries(
                        "Draws that choose the layer, %", "Share of the draws that choose the layer.", report.Stability.Map(
                            layer => 100 * layer.SelectedShare)), "sure-share"),
                    RankIntervals.Of(report, "sure-ranks"),
                ],
                Table(
                    "Ranks over the draws",
                    ["Layer", "Rank", "Best", "Worst", "Chosen by"],
                    report.Stability.Select(layer => (IReadOnlyList<string>)
                    [
                        Numbers.Coordinate(layer.Layer), Numbers.Coordinate(layer.Rank), Numbers.Coordinate(layer.RankLow),
                        Numbers.Coordinate(layer.RankHigh), Numbers.Percent(layer.SelectedShare),
                    ]))));

    private static string Lines(RunReport report) => report.StabilityLevel.Match(
        level => $"the ranks of {Numbers.Percent(level)} of the draws",
        () => "the ranks of the draws, without the best and the worst; the run does not say how many those are");

    private static Markup Bars(RunReport report)
    {
        LayerSeries[] series = [.. report.Series.Where(s => s.Values.Count == report.LayerCount && s.Values.Exists(double.IsFinite))];
        string[] missing = [.. Usual.Where(name => !series.Any(s => s.Name == name))];
        Markup absent = missing.Length == 0 ? Empty : Absent($"Not recorded in this run: {string.Join(", ", missing)}.");
        return series.Length == 0
            ? absent
            : All(
                Heading("Layer by layer"),
                Figure(
                    $"Solid bars with a dot are the layers chosen by {report.PrimaryPolicy}. " + string.Join(
                        ' ', series.Select(s => $"{s.Name}: {s.Meaning}")),
                    series.Select((s, i) => LayerBars.Of(report, s, $"series-{i}")),
                    Table(
                        "Quantities by layer",
                        ["Layer", .. series.Select(s => s.Name), "Chosen"],
                        Enumerable.Range(0, report.LayerCount).Select(layer => (IReadOnlyList<string>)
                            [Numbers.Coordinate(layer), .. series.Select(s => Numbers.Value(s.Values[layer])), report.IsChosen(layer)
                                ? "yes"
                                : "no"]))),
                absent);
    }
}
