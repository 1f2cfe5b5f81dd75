using Floe.Domain.Reports.Drawing;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Sections.Parts;

namespace Floe.Domain.Reports.Sections;

/// <summary>Command, plan, seeds, hashes, versions and stages: what it takes to run it again.</summary>
internal static class RerunSection
{
    public static Markup Of(RunReport report) => Section(
        "rerun",
        "Run it again",
        "",
        report.Provenance.Command.Length == 0 ? Absent("The command was not recorded.") : Code("Command", report.Provenance.Command),
        report.Provenance.Plan.Length == 0 ? Absent("This run has no plan file.") : Code("Plan", report.Provenance.Plan),
        report.Provenance.Facts.IsEmpty
            ? Absent("Seeds, hashes and versions were not recorded.")
            : El("div", [("class", "facts")], report.Provenance.Facts.Map(g => El("div", [], Heading(g.Title), Facts(g.Items)))),
        report.Provenance.Stages.IsEmpty
            ? Absent("The stages were not recorded.")
            : All(
                Heading("Stages"),
                Framed("Stages", [
                    "Stage", "Time", "Tokens", "Peak memory", "Outputs and their SHA-256"], report.Provenance.Stages.Map(Row))));

    private static IReadOnlyList<Markup> Row(StageSummary stage) =>
    [
        stage.Name,
        Numbers.Duration(stage.Seconds),
        stage.Tokens == 0 ? "–" : Numbers.Whole(stage.Tokens),
        stage.PeakBytes == 0 ? "–" : Numbers.Bytes(stage.PeakBytes),
        stage.Outputs.IsEmpty ? "–" : All(stage.Outputs.Map(o => El("span", [("class", "hash")], $"{o.Path} ", El("code", [], o.Hash)))),
    ];

    private static Markup Code(string title, string text) => All(
        Heading(title),
        El("pre", [("class", "code scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", title)], text.Trim('\n', '\r')));
}
