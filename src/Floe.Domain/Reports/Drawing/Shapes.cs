using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Numbers;

namespace Floe.Domain.Reports.Drawing;

/// <summary>The few SVG elements that the charts are made of. Lengths are pixels of the chart's view box; looks come from
/// classes.</summary>
internal static class Shapes
{
    /// <summary>A rectangle, with a tooltip where one is given.</summary>
    public static Markup Rect(string style, double x, double y, double width, double height, string tip = "") =>
        El("rect", [
            ("class", style), ("x", Coordinate(x)), ("y", Coordinate(y)), ("width", Coordinate(width)), ("height", Coordinate(height))],
                Tip(tip));

    /// <summary>A straight line.</summary>
    public static Markup Line(string style, double x1, double y1, double x2, double y2) =>
        El("line", [("class", style), ("x1", Coordinate(x1)), ("y1", Coordinate(y1)), ("x2", Coordinate(x2)), ("y2", Coordinate(y2))]);

    /// <summary>Text whose baseline starts at a point; class <c>m</c> centres it there and class <c>e</c> ends it there.</summary>
    public static Markup Label(string style, double x, double y, string text) =>
        El("text", [("class", style), ("x", Coordinate(x)), ("y", Coordinate(y))], text);

    /// <summary>Text that reads upwards from a point.</summary>
    public static Markup Upright(string style, double x, double y, string text) =>
        El("text", [("class", style), ("transform", $"translate({Coordinate(x)} {Coordinate(y)}) rotate(-90)")], text);

    /// <summary>A disc, with a tooltip where one is given.</summary>
    public static Markup Disc(string style, double x, double y, double radius, string tip = "") =>
        El("circle", [("class", style), ("cx", Coordinate(x)), ("cy", Coordinate(y)), ("r", Coordinate(radius))], Tip(tip));

    /// <summary>An open line through points.</summary>
    public static Markup Polyline(string style, IEnumerable<(double X, double Y)> points) =>
        Path(style, "M" + string.Join('L', points.Select(p => $"{Coordinate(p.X)} {Coordinate(p.Y)}")));

    /// <summary>Any path.</summary>
    public static Markup Path(string style, string data, string tip = "") => El("path", [("class", style), ("d", data)], Tip(tip));

    /// <summary>The outline of an axis-parallel rectangle as path data, for many rectangles in one element.</summary>
    public static string Box(double x, double y, double width, double height) =>
        $"M{Coordinate(x)} {Coordinate(y)}h{Coordinate(width)}v{Coordinate(height)}h{Coordinate(-width)}z";

    /// <summary>A mark whose shape alone tells a series from its neighbours: disc, square, triangle, diamond, turned triangle,
    /// cross.</summary>
    /// <param name="series">Number of the series, from 0; shapes repeat after six.</param>
    /// <param name="style">Class.</param>
    /// <param name="x">Centre.</param>
    /// <param name="y">Centre.</param>
    /// <param name="tip">Tooltip; empty for none.</param>
    public static Markup Mark(int series, string style, double x, double y, string tip = "") => (series % 6) switch
    {
        0 => Disc(style, x, y, 4, tip),
        1 => Rect(style, x - 3.5, y - 3.5, 7, 7, tip),
        2 => Path(style, $"M{Coordinate(x)} {Coordinate(y - 4.6)}l4.4 8h-8.8z", tip),
        3 => Path(style, $"M{Coordinate(x)} {Coordinate(y - 5)}l5 5l-5 5l-5 -5z", tip),
        4 => Path(style, $"M{Coordinate(x)} {Coordinate(y + 4.6)}l4.4 -8h-8.8z", tip),
        _ => Path(style, $"M{Coordinate(x - 1.5)} {Coordinate(y - 4.5)}h3v3h3v3h-3v3h-3v-3h-3v-3h3z", tip),
    };

    private static Markup[] Tip(string tip) => tip.Length == 0 ? [] : [El("title", [], tip)];
}
