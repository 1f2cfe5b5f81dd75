using Floe.Domain.Reports.Drawing;
using Floe.Domain.Reports.Sections;
using static Floe.Domain.Reports.Drawing.Markup;

namespace Floe.Domain.Reports;

/// <summary>A run as one HTML page that needs nothing else: no script, no network, no file beside it.</summary>
public static class ReportPage
{
    private static readonly (string Id, string Title)[] Contents =
    [
        ("results", "Policies compared"), ("layers", "Which layers matter"), ("masks", "Masks"), ("training", "Training"),
        ("samples", "Before and after"), ("rerun", "Run it again"),
    ];

    /// <summary>
    /// The page. The same record always gives the same characters. What the run lacks is said in a sentence where it would stand. The page is
    /// well-formed XML as well as HTML.
    /// </summary>
    /// <param name="report">The run.</param>
    public static string Render(RunReport report) => "<!DOCTYPE html>\n" + El(
        "html",
        [("lang", "en")],
        El(
            "head",
            [],
            El("meta", [("charset", "utf-8")]),
            El("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
            El("meta", [("name", "generator"), ("content", "Floe")]),
            El("meta", [("name", "color-scheme"), ("content", "light dark")]),
            El("title", [], $"{report.Name}: Floe run"),
            El("style", [], PageStyle.Css())),
        El(
            "body",
            [],
            El(
                "div",
                [("class", "paper")],
                HeaderSection.Of(report),
                El("nav", [("aria-label", "Sections")], Contents.Select(c => El("a", [("href", "#" + c.Id)], c.Title))),
                El(
                    "main",
                    [],
                    ResultSection.Of(report),
                    LayerSection.Of(report),
                    MaskSection.Of(report),
                    TrainingSection.Of(report),
                    SampleSection.Of(report),
                    RerunSection.Of(report)),
                El("footer", [], "Written by Floe. Method: FLoE, arXiv 2506.00495. This page holds all of its data and loads nothing.")))).Render() + "\n";
}
