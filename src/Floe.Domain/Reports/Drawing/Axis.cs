using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Drawing;

/// <summary>Axes: lines across the plot with a number at each, thinned so that numbers never touch.</summary>
internal static class Axis
{
    private const double Font = 11;

    /// <summary>Horizontal grid lines with their values on the left of the plot.</summary>
    /// <param name="ticks">The values.</param>
    /// <param name="scale">From values to y.</param>
    /// <param name="left">Left edge of the plot.</param>
    /// <param name="right">Right edge of the plot.</param>
    public static Markup Left(Ticks ticks, LinearScale scale, double left, double right) =>
        All(ticks.Values.Zip(ticks.Labels, (value, label) => All(
            Line("gl", left, scale.At(value), right, scale.At(value)),
            Label("tk e", left - 6, scale.At(value) + 4, label))));

    /// <summary>Vertical grid lines with their values below the plot.</summary>
    /// <param name="ticks">The values.</param>
    /// <param name="scale">From values to x.</param>
    /// <param name="top">Top edge of the plot.</param>
    /// <param name="bottom">Bottom edge of the plot.</param>
    public static Markup Below(Ticks ticks, LinearScale scale, double top, double bottom) =>
        All(ticks.Values.Zip(ticks.Labels, (value, label) => All(
            Line("gl", scale.At(value), top, scale.At(value), bottom),
            Label("tk m", scale.At(value), bottom + 15, label))));

    /// <summary>Numbers of evenly spaced things (layers, heads) centred below them.</summary>
    /// <param name="first">The first one's number.</param>
    /// <param name="count">How many.</param>
    /// <param name="start">Left edge of the first.</param>
    /// <param name="step">Width of one.</param>
    /// <param name="baseline">Baseline of the numbers.</param>
    public static Markup Numbers(int first, int count, double start, double step, double baseline)
    {
        double widest = Labels.Width(Drawing.Numbers.Whole(first + count), Font) + 4;
        return All(Ticks.Thin(count, (int)Math.Max(1, count * step / widest)).Select(i =>
            Label("tk m", start + ((i + 0.5) * step), baseline, Drawing.Numbers.Coordinate(first + i))));
    }

    /// <summary>Width that the labels on the left need.</summary>
    public static double Gutter(Ticks ticks) => ticks.Labels.Fold(0d, (most, label) => Math.Max(most, Labels.Width(label, Font))) + 10;

    /// <summary>Least gutter of charts that write "layer" at the left end of their numbers.</summary>
    public const double LayerGutter = 40;
}
