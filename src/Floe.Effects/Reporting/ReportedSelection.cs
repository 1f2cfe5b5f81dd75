using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Reports;
using Floe.Domain.Scores;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Reporting;

/// <summary>What a report shows of scores and masks.</summary>
/// <param name="Series">Fisher, Taylor and sparsities by layer.</param>
/// <param name="Masks">Masks, binned.</param>
/// <param name="Search">How they came to be.</param>
/// <param name="Tuning">How tuning ended.</param>
internal sealed record SelectionParts(
    Arr<LayerSeries> Series, Arr<MaskMap> Masks, Option<MaskSearchSummary> Search, Arr<TuningOutcome> Tuning);

/// <summary>
/// Masks as they are stored, and the search for them run once more: it is a pure function of scores and options, and takes a fraction of a
/// second.
/// </summary>
internal static class ReportedSelection
{
    public static Either<FloeError, SelectionParts> Read(string folder, Option<RunPlan> plan, Option<ScoreFile> scores) =>
        from searched in RunReportReader.Found(Path.Combine(folder, RunFolder.Masks), MaskTables.Read)
        from tuned in RunReportReader.Found(Path.Combine(folder, RunFolder.TunedMasks), MaskTables.Read)
        from parts in (searched || tuned).Match(
            masks => Parts(plan, scores, masks, tuned),
            () =>
                Right<FloeError, SelectionParts>(
                    new SelectionParts(Arr<LayerSeries>.Empty, Arr<MaskMap>.Empty, None, Arr<TuningOutcome>.Empty)))
        select parts;

    private static Either<FloeError, SelectionParts> Parts(
        Option<RunPlan> plan, Option<ScoreFile> scores, MaskFile masks, Option<MaskFile> tuned) =>
        Again(plan, scores, masks).Match(
            again => SelectionReport.Of(again.Table, again.Result, Tuned(masks, tuned))
                .Map(s => new SelectionParts(s.Series, s.Masks, s.Search, s.Tuning)),
            () => MasksAlone(masks, tuned));

    /// <summary>The search that gave the stored masks; none where the scores are missing or give other masks.</summary>
    private static Option<(ScoreTable Table, SelectionResult Result)> Again(
        Option<RunPlan> plan, Option<ScoreFile> scores, MaskFile masks) =>
        from file in scores
        from table in file.Sums.ToTable().ToOption()
        from options in Options(plan, masks)
        from result in Select.Run(table, options).ToOption()
        where result.Search.Masks.Equals(masks.Masks.Binary)
        select (table, result);

    private static Option<SelectionOptions> Options(Option<RunPlan> plan, MaskFile masks) => plan.Match(
        p => p.Selection,
        () => masks.Summary.Map(s => new SelectionOptions
        {
            Budget = new Budget.Cost(s.Budget),
            Refinement = masks.Refined ? RefinementForm.Exchange : RefinementForm.None,
        }));

    private static Either<FloeError, SelectionParts> MasksAlone(MaskFile masks, Option<MaskFile> tuned) =>
        from maps in SelectionReport.Maps(masks.Masks.Binary)
        from importance in Importance.Of(Tuned(masks, tuned).IfNone(masks.Masks))
        select new SelectionParts(
            SelectionReport.Sparsities(importance), maps, None, Tuned(masks, tuned)
                .Map(SelectionReport.Tuning)
                .IfNone(Arr<TuningOutcome>.Empty));

    /// <summary>The masks after tuning: the file of their own, or one file whose masks are tuned already.</summary>
    private static Option<UnitMasks> Tuned(MaskFile masks, Option<MaskFile> tuned) =>
        tuned.Map(file => file.Masks) || Some(masks.Masks).Filter(m => m.AnyTuned);
}
