using Floe.Domain.Reports.Sections;

namespace Floe.Domain.Reports;

/// <summary>A run as one HTML page that needs nothing else: no script, no network, no file beside it.</summary>
internal static class ReportPage
{
    private static readonly (string Id, string Title)[] Contents =
    [
        ("results", "Policies compared"), ("layers", "Which layers matter"), ("masks", "Masks"), ("training", "Training"),
        ("samples", "Before and after"), ("rerun", "Run it again"),
    ];

    /// <summary>
    /// The page. The same record always gives the same characters. What the run lacks is said in a sentence where it would stand. The page
    /// is well-formed XML as well as HTML.
    /// </summary>
    /// <param name="report">The run.</param>
    public static string Render(RunReport report) => PageFrame.Render(
        $"{report.Name}: Floe run",
        HeaderSection.Of(report),
        Contents,
        ResultSection.Of(report),
        LayerSection.Of(report),
        MaskSection.Of(report),
        TrainingSection.Of(report),
        SampleSection.Of(report),
        RerunSection.Of(report));
}
