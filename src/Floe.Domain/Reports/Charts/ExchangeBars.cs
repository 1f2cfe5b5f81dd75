using Floe.Domain.Reports.Drawing;
using Floe.Domain.Scores;
using static Floe.Domain.Reports.Drawing.Markup;
using static Floe.Domain.Reports.Drawing.Shapes;

namespace Floe.Domain.Reports.Charts;

/// <summary>Units that refinement took back (upwards, solid) and gave up (downwards, pale and outlined), a layer each.</summary>
internal static class ExchangeBars
{
    public static Chart Of(MaskSearchSummary search, Component component, string id)
    {
        const double top = 44;
        const double bottom = 170;
        (int Up, int Down)[] changes = [.. search.Exchanges.Select(e =>
            component == Component.Head ? (e.HeadsKept, e.HeadsMasked) : (e.NeuronsKept, e.NeuronsMasked))];
        int most = Math.Max(1, changes.Max(c => Math.Max(c.Up, c.Down)));
        Ticks ticks = Whole(Ticks.Cover(-most, most, 4));
        double left = Math.Max(Axis.LayerGutter, Axis.Gutter(ticks));
        double step = (Chart.Narrow - left - 2) / changes.Length;
        double gap = Math.Min(2, step / 4);
        var scale = new LinearScale(ticks.Values[0], ticks.Values[^1], bottom, top);
        double zero = scale.At(0);
        string noun = component == Component.Head ? "heads" : "neurons";
        return new Chart(
            id,
            $"Refinement: {noun} exchanged",
            $"Refinement kept {changes.Sum(c => c.Up)} {noun} that determination had masked, and masked {changes.Sum(c => c.Down)} that it "
                + $"had kept.",
            Chart.Narrow,
            bottom + 24,
            All(
                Label("hd", 0, 12, $"Refinement: {noun} exchanged"),
                Rect("on", 1, 21, 9, 9),
                Label("tk", 15, 30, "now kept"),
                Rect("off", 85, 21, 9, 9),
                Label("tk", 99, 30, "now masked"),
                Axis.Left(ticks, scale, left, Chart.Narrow),
                All(search.Exchanges.Select((e, i) => All(
                    Bar("on", left + (i * step) + (gap / 2), scale.At(changes[i].Up), step - gap, zero - scale.At(changes[i].Up),
                        $"layer {e.Layer}: {changes[i].Up} now kept"),
                    Bar("off", left + (i * step) + (gap / 2), zero, step - gap, scale.At(-changes[i].Down) - zero,
                        $"layer {e.Layer}: {changes[i].Down} now masked")))),
                Line("ax", left, zero, Chart.Narrow, zero),
                Label("tk", 0, bottom + 18, "layer"),
                Axis.Numbers(0, changes.Length, left, step, bottom + 18)));
    }

    private static Markup Bar(string style, double x, double y, double width, double height, string tip) =>
        height > 0 ? Rect(style, x, y, width, height, tip) : Empty;

    /// <summary>Counts are whole and both directions are amounts: ticks between whole numbers go, signs too.</summary>
    private static Ticks Whole(Ticks ticks)
    {
        double[] whole = [.. ticks.Values.Where(v => Math.Abs(v - Math.Round(v)) < 1e-9)];
        return new Ticks(
            LanguageExt.Prelude.toArray(whole), LanguageExt.Prelude.toArray(whole.Select(v => Numbers.Coordinate(Math.Abs(v)))), 0);
    }
}
