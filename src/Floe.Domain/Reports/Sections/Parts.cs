using Floe.Domain.Reports.Drawing;
using static Floe.Domain.Reports.Drawing.Markup;

namespace Floe.Domain.Reports.Sections;

/// <summary>What every section is made of.</summary>
internal static class Parts
{
    public static Markup Section(string id, string title, string lead, params Markup[] content) =>
        El("section", [("id", id), ("aria-labelledby", $"{id}-h")], [El("h2", [("id", $"{id}-h")], title), P("lead", lead), .. content]);

    /// <summary>The sentence that stands where a run lacks something.</summary>
    public static Markup Absent(string sentence) => P("absent", sentence);

    public static Markup P(string style, string text) => text.Length == 0 ? Empty : El("p", [("class", style)], text);

    public static Markup Heading(string text) => El("h3", [], text);

    /// <summary>One or more charts with a caption and their numbers as a table behind a disclosure.</summary>
    public static Markup Figure(string caption, IEnumerable<Chart> charts, Markup table) =>
        Figure(caption, El("div", [("class", "charts")], charts.Select(c => c.OnPage())), table);

    public static Markup Figure(string caption, Markup drawing, Markup table) =>
        El("figure", [], drawing, El("figcaption", [], caption), El("details", [], El("summary", [], "Numbers as a table"), table));

    /// <summary>A table in a frame that scrolls by itself when it is wider than the page. The first column is the row's heading.</summary>
    public static Markup Table(string label, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows) =>
        Framed(label, headings, rows.Select(r => (IReadOnlyList<Markup>)[.. r.Select(cell => (Markup)cell)]));

    public static Markup Framed(string label, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<Markup>> rows) =>
        El(
            "div",
            [("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", label)],
            El(
                "table",
                [],
                El("thead", [], El("tr", [], headings.Select(h => El("th", [("scope", "col")], h)))),
                El("tbody", [], rows.Select(row => El("tr", [], row.Select((cell, i) =>
                    i == 0 ? El("th", [("scope", "row")], cell) : El("td", [], cell)))))));

    /// <summary>Names and values.</summary>
    public static Markup Facts(IEnumerable<(string Name, string Value)> items) =>
        El("dl", [], items.Select(item => El("div", [], El("dt", [], item.Name), El("dd", [], item.Value))));
}
