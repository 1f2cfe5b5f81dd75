using Floe.Domain.Reports.Charts;
using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Sections.Parts;

namespace Floe.Domain.Reports.Sections;

/// <summary>The policies side by side: layers, parameters, loss, perplexity, exact match, time and memory.</summary>
internal static class ResultSection
{
    private static readonly string[] Headings =
        ["Policy", "Layers", "Trainable parameters", "Held-out loss", "Perplexity", "Exact match", "Share of gain", "Training time",
            "Peak memory"];

    public static Markup Of(RunReport report) => report.Outcomes.IsEmpty
        ? Section("results", "Policies compared", "", Absent("This run has trained no policy, so there is nothing to compare."))
        : Section(
            "results",
            "Policies compared",
            "Each policy chose its layers, then the same adapter was trained on them with the same data, steps and seed. Share of gain is "
                + "the drop in held-out loss relative to adapting every layer.",
            Framed("Comparison of policies", Headings, [
                .. report.Base.Map(b => Row(report, b)).ToArray(), .. report.Outcomes.Map(o => Row(report, o))]),
            Charts(report));

    private static IReadOnlyList<Markup> Row(RunReport report, PolicyOutcome o) =>
    [
        o.Policy == report.PrimaryPolicy ? El("strong", [], o.Policy + " ★") : o.Policy,
        o.Layers.IsEmpty ? "–" : All(Numbers.Whole(o.Layers.Count), El("span", [("class", "note under")], Numbers.Ranges(o.Layers))),
        o.TrainableParameters.Match(Numbers.Whole, () => "–"),
        Best(report, o, p => p.HeldOutLoss, loss => -loss, loss => Numbers.Fixed(loss, 4)),
        o.Perplexity.Match(v => Numbers.Fixed(v, 2), () => "–"),
        Best(report, o, p => p.ExactMatch, share => share, Numbers.Percent),
        Headline.ShareOfGain(report, o).Match(Numbers.Percent, () => "–"),
        o.Seconds.Match(Numbers.Duration, () => "–"),
        o.PeakBytes.Match(Numbers.Bytes, () => "–"),
    ];

    /// <summary>A value, with a word beside it where no other row has a better one.</summary>
    private static Markup Best(
        RunReport report, PolicyOutcome o, Func<PolicyOutcome, Option<double>> value, Func<double, double> merit,
            Func<double, string> text) =>
        value(o).Match(
            v => report.Outcomes.Count > 1
                && report.Outcomes.Contains(o)
                && report.Outcomes.ForAll(other => value(other).Match(w => merit(w) <= merit(v), () => true))
                ? All(text(v), El("span", [("class", "note")], " best"))
                : text(v),
            () => "–");

    private static Markup Charts(RunReport report)
    {
        Chart[] charts =
        [
            .. report.Outcomes.Exists(o => o.HeldOutLoss.IsSome) ? [HeldOut.Of(report, "held-out")] : Array.Empty<Chart>(),
            .. Costs(report, "exact-match", "Exact match", o => o.ExactMatch, Numbers.Percent),
            .. Costs(
                report, "cost-parameters", "Trainable parameters", o =>
                    o.TrainableParameters.Map(v => (double)v), v => Numbers.Short((long)v)),
            .. Costs(report, "cost-time", "Training time", o => o.Seconds, Numbers.Duration),
            .. Costs(report, "cost-memory", "Peak memory", o => o.PeakBytes.Map(v => (double)v), v => Numbers.Bytes((long)v)),
        ];
        string[] missing = [.. Measures.Where(m => !report.Outcomes.Exists(m.Known)).Select(m => m.Name)];
        return All(
            charts.Length == 0 ? Empty : Figure("What each policy bought and what it cost.", charts, Numerals(report)),
            missing.Length == 0 ? Empty : Absent($"Not measured for any policy in this run: {string.Join(", ", missing)}."),
            report.Base.Bind(b => b.HeldOutLoss).IsSome ? Empty : Absent("The model before adaptation was not evaluated in this run."));
    }

    private static readonly (string Name, Func<PolicyOutcome, bool> Known)[] Measures =
    [
        ("trainable parameters", o => o.TrainableParameters.IsSome),
        ("held-out loss", o => o.HeldOutLoss.IsSome),
        ("exact match", o => o.ExactMatch.IsSome),
        ("training time", o => o.Seconds.IsSome),
        ("peak memory", o => o.PeakBytes.IsSome),
    ];

    private static Markup Numerals(RunReport report) => Table(
        "Results in full digits",
        ["Policy", "Held-out loss", "Parameters", "Seconds", "Bytes"],
        report.Base.ToArray().Concat(report.Outcomes).Select(o => (IReadOnlyList<string>)
        [
            o.Policy,
            o.HeldOutLoss.Match(v => Numbers.Fixed(v, 6), () => "–"),
            o.TrainableParameters.Match(Numbers.Whole, () => "–"),
            o.Seconds.Match(v => Numbers.Fixed(v, 2), () => "–"),
            o.PeakBytes.Match(Numbers.Whole, () => "–"),
        ]));

    private static IEnumerable<Chart> Costs(
        RunReport report, string id, string title, Func<PolicyOutcome, Option<double>> amount, Func<double, string> figure)
    {
        (string, double, string)[] rows = [.. report.Outcomes.SelectMany(o => amount(o).Map(v => (o.Policy, v, figure(v))).ToArray())];
        return rows.Length == 0 ? [] : [CostBars.Of(id, title, rows)];
    }
}
