using Floe.Domain.Reports.Charts;
using Floe.Domain.Reports.Drawing;
using LanguageExt;

namespace Floe.Domain.Reports;

/// <summary>Charts of a run as SVG files that stand alone, with fixed colours: for a README or a paper. None where the run lacks the
/// data.</summary>
internal static class ReportPictures
{
    /// <summary>The saliency map of layers.</summary>
    /// <param name="report">The run.</param>
    /// <param name="palette"><see cref="Palette.Light"/> or <see cref="Palette.Dark"/>.</param>
    public static Option<string> Saliency(RunReport report, Palette palette) =>
        report.Policies.IsEmpty || report.LayerCount == 0 ? Option<string>.None : SaliencyMap.Wide(report, "saliency").StandAlone(palette);

    /// <summary>The mask map of one component.</summary>
    /// <param name="report">The run.</param>
    /// <param name="component">Heads or neurons.</param>
    /// <param name="palette">Colours.</param>
    public static Option<string> Masks(RunReport report, Scores.Component component, Palette palette) =>
        report.Masks.Find(m => m.Component == component).Map(m => MaskGrid.Of(report, m, "masks").StandAlone(palette));

    /// <summary>Held-out loss before and after, by policy.</summary>
    /// <param name="report">The run.</param>
    /// <param name="palette">Colours.</param>
    public static Option<string> HeldOutLoss(RunReport report, Palette palette) =>
        report.Outcomes.Exists(o => o.HeldOutLoss.IsSome) ? HeldOut.Of(report, "held-out").StandAlone(palette) : Option<string>.None;

    /// <summary>Training loss, by policy.</summary>
    /// <param name="report">The run.</param>
    /// <param name="palette">Colours.</param>
    public static Option<string> TrainingLoss(RunReport report, Palette palette) =>
        report.Curves.Exists(c => c.Points.Exists(p => double.IsFinite(p.Loss)))
            ? LossCurves.Of(report, "curves", 760).StandAlone(palette)
            : Option<string>.None;

    /// <summary>A quantity by layer.</summary>
    /// <param name="report">The run.</param>
    /// <param name="series">The quantity's name.</param>
    /// <param name="palette">Colours.</param>
    public static Option<string> Layers(RunReport report, string series, Palette palette) =>
        report.Series.Find(s => s.Name == series && !s.Values.IsEmpty).Map(s => LayerBars.Of(report, s, "layers").StandAlone(palette));
}
