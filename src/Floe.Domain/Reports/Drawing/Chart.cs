using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Numbers;

namespace Floe.Domain.Reports.Drawing;

/// <summary>A drawing with its text alternative.</summary>
/// <param name="Id">Identifier, unique on a page; letters, digits and hyphens.</param>
/// <param name="Title">What it shows, in a few words.</param>
/// <param name="Description">What one would say to somebody who cannot see it.</param>
/// <param name="Width">Width of the view box, in pixels.</param>
/// <param name="Height">Height of the view box, in pixels.</param>
/// <param name="Content">The shapes.</param>
internal sealed record Chart(string Id, string Title, string Description, double Width, double Height, Markup Content)
{
    /// <summary>Charts up to this width shrink with the page; wider ones keep their size and scroll in a frame of their own.</summary>
    public const double Narrow = 372;

    /// <summary>The chart inside a page, coloured by the page's style sheet.</summary>
    public Markup OnPage()
    {
        string size = Width <= Narrow
            ? $"max-width:{Coordinate(Width * 1.25)}px"
            : $"max-width:{Coordinate(Width)}px;min-width:{Coordinate(Width * 0.9)}px";
        Markup drawing = El(
            "svg",
            [
                ("class", "chart"), ("viewBox", $"0 0 {Coordinate(Width)} {Coordinate(Height)}"), ("role", "img"),
                ("aria-labelledby", $"{Id}-t {Id}-d"), ("style", size),
            ],
            Alternative(),
            Content);
        return Width <= Narrow
            ? drawing
            : El("div", [("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", Title)], drawing);
    }

    /// <summary>The chart as an SVG file of its own, with a margin and one scheme's colours written in.</summary>
    public string StandAlone(Palette palette)
    {
        const double margin = 16;
        (double width, double height) = (Width + (2 * margin), Height + (2 * margin));
        Markup svg = El(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg"), ("class", "chart"), ("viewBox", $"0 0 {Coordinate(width)} {Coordinate(height)}"),
                ("width", Coordinate(width)), ("height", Coordinate(height)), ("role", "img"), ("aria-labelledby", $"{Id}-t {Id}-d"),
            ],
            Alternative(),
            El("style", [], ChartStyle.Css(token => palette[token]) + $".page{{fill:{palette["panel"]}}}"),
            Shapes.Rect("page", 0, 0, width, height),
            El("g", [("transform", $"translate({Coordinate(margin)} {Coordinate(margin)})")], Content));
        return svg.Render() + "\n";
    }

    private Markup Alternative() => All(El("title", [("id", $"{Id}-t")], Title), El("desc", [("id", $"{Id}-d")], Description));
}
