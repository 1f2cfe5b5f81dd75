using Floe.Domain.Reports.Drawing;
using static Floe.Domain.Reports.Drawing.Markup;

namespace Floe.Domain.Reports;

/// <summary>What every page has around its sections: head, style sheet, list of sections, foot. It needs no script, no network and no file
/// beside it.</summary>
internal static class PageFrame
{
    /// <summary>A whole page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="header">What stands above the list of sections.</param>
    /// <param name="contents">Identifier and name of each section.</param>
    /// <param name="sections">The sections.</param>
    public static string Render(string title, Markup header, IEnumerable<(string Id, string Title)> contents, params Markup[] sections) =>
        "<!DOCTYPE html>\n" + El(
        "html",
        [("lang", "en")],
        El(
            "head",
            [],
            El("meta", [("charset", "utf-8")]),
            El("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
            El("meta", [("name", "generator"), ("content", "Floe")]),
            El("meta", [("name", "color-scheme"), ("content", "light dark")]),
            El("title", [], title),
            El("style", [], PageStyle.Css())),
        El(
            "body",
            [],
            El(
                "div",
                [("class", "paper")],
                header,
                El("nav", [("aria-label", "Sections")], contents.Select(c => El("a", [("href", "#" + c.Id)], c.Title))),
                El("main", [], sections),
                El("footer", [], "Written by Floe. Method: FLoE, arXiv 2506.00495. This page holds all of its data and loads nothing."))))
                    .Render() + "\n";
}
