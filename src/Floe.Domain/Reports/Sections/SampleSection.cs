using Floe.Domain.Reports.Drawing;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Sections.Parts;

namespace Floe.Domain.Reports.Sections;

/// <summary>Texts before and after adaptation.</summary>
internal static class SampleSection
{
    public static Markup Of(RunReport report) => report.Samples.IsEmpty
        ? Section("samples", "Before and after", "", Absent("This run has no sampled texts."))
        : Section(
            "samples",
            "Before and after",
            "Held-out prompts, decoded greedily by the base model and by the adapted one.",
            El("div", [("class", "samples")], report.Samples.Map(Card)));

    private static Markup Card(SampleText sample) => El(
        "article",
        [("class", "sample")],
        Piece("Prompt", sample.Prompt),
        Piece("Before", sample.Before),
        Piece($"After ({sample.Policy})", sample.After),
        sample.Reference.Length == 0 ? Empty : Piece(Verdict(sample), sample.Reference));

    private static Markup Piece(string label, string text) => El(
        "div",
        [],
        El("h3", [], label),
        El("pre", [], text.Trim().Length == 0 ? El("em", [], "(empty)") : text.Trim('\n', '\r')));

    private static string Verdict(SampleText sample) =>
        "Reference " + (sample.Before.Trim() == sample.Reference.Trim(), sample.After.Trim() == sample.Reference.Trim()) switch
    {
        (true, true) => "(✓ matched before and after)",
        (false, true) => "(✓ matched after)",
        (true, false) => "(✗ matched before only)",
        _ => "(✗ not matched)",
    };
}
