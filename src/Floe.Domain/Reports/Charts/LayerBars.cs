using Floe.Domain.Reports.Drawing;
using LanguageExt;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>One bar a layer; chosen layers are solid and carry a dot below their bar, others are pale.</summary>
internal static class LayerBars
{
    public static Chart Of(RunReport report, LayerSeries series, string id)
    {
        const double top = 26;
        const double bottom = 150;
        double[] values = [.. series.Values.Select(v => double.IsFinite(v) ? v : 0)];
        Ticks ticks = Ticks.Cover(Math.Min(0, values.Min()), Math.Max(0, values.Max()), 4);
        double left = Math.Max(Axis.LayerGutter, Axis.Gutter(ticks));
        double step = (Chart.Narrow - left - 2) / values.Length;
        var scale = new LinearScale(ticks.Values[0], ticks.Values[^1], bottom, top);
        IEnumerable<Markup> bars = values.Select((value, layer) =>
        {
            double gap = Math.Min(2, step / 4);
            (double high, double low) = (scale.At(Math.Max(0, value)), scale.At(Math.Min(0, value)));
            bool chosen = report.IsChosen(layer);
            return All(
                Rect(chosen ? "on" : "off", left + (layer * step) + (gap / 2), high, step - gap, low - high, Tip(series, layer, chosen)),
                chosen ? Disc("ink", left + ((layer + 0.5) * step), bottom + 8, Math.Min(3, step / 3)) : Empty);
        });
        return new Chart(
            id,
            series.Name,
            Describe(series),
            Chart.Narrow,
            bottom + 32,
            All(
                Label("hd", 0, 12, series.Name + (ticks.Exponent == 0 ? "" : " " + ticks.ExponentNote)),
                Axis.Left(ticks, scale, left, Chart.Narrow),
                All(bars),
                Line("ax", left, scale.At(0), Chart.Narrow, scale.At(0)),
                Label("tk", 0, bottom + 28, "layer"),
                Axis.Numbers(0, values.Length, left, step, bottom + 28)));
    }

    private static string Tip(LayerSeries series, int layer, bool chosen) =>
        $"layer {layer}: {Numbers.Value(series.Values[layer])}{(chosen ? ", chosen" : "")}";

    private static string Describe(LayerSeries series)
    {
        var known = series.Values.Select((value, layer) => (value, layer)).Where(p => double.IsFinite(p.value)).ToArray();
        if (known.Length == 0)
        {
            return series.Meaning + " Not measured.";
        }

        (double most, int at) = known.MaxBy(p => p.value);
        (double least, int where) = known.MinBy(p => p.value);
        return $"{series.Meaning} Highest {Numbers.Value(most)} in layer {at}, lowest {Numbers.Value(least)} in layer {where}.";
    }
}
