using Floe.Domain.Layers;
using Floe.Domain.Reports.Drawing;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Reports;

/// <summary>Pictures of selections alone, without a run: SVG texts that stand by themselves.</summary>
public static class SelectionPictures
{
    /// <summary>Policies side by side: every layer's score, shaded, with a dot on the layers that are chosen.</summary>
    /// <param name="model">What the model is called.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="results">One selection a policy, at least one.</param>
    /// <returns>An SVG text; none where there is nothing to draw.</returns>
    public static Option<string> Saliency(string model, ModelShape shape, Arr<SelectionResult> results) => results.IsEmpty
        ? None
        : ReportPictures.Saliency(
            new RunReport(
                "selection",
                new Subject(model, Some(shape), "", "", ""),
                shape.Layers,
                results[0].Options.Policy.Label,
                results.Map(Column),
                Arr<LayerSeries>.Empty,
                Arr<MaskMap>.Empty,
                None,
                Arr<TuningOutcome>.Empty,
                Arr<TrainingCurve>.Empty,
                None,
                Arr<PolicyOutcome>.Empty,
                Arr<SampleText>.Empty,
                new Provenance("", "", Arr<FactGroup>.Empty, Arr<StageSummary>.Empty)),
            Palette.Light);

    private static PolicyColumn Column(SelectionResult result) => new(
        result.Options.Policy.Label,
        toArray(result.Layers.Ranking.Scores.ToArray()),
        toArray(result.Layers.Ranking.Ranks.ToArray()),
        result.Layers.Chosen);
}
