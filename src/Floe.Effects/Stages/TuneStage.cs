using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary><c>tune</c>: tunes stored masks and ranks the layers again. What <c>floe tune</c>, <c>floe select --tune</c> and a stage of a
/// run do.</summary>
public static class TuneStage
{
    private const string Again = "Tune the masks of one selection on the model, with the adapter, that its scores were collected on.";

    /// <summary>The stage of a plan: masks, model and sample → <c>tuned/masks.parquet</c>, <c>tuned/layers.parquet</c>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="mode">Form of its tuning equations.</param>
    internal static Stage Of(RunPlan plan, TuningMode mode) => new(
        "tune",
        "tunes the kept masks in closed form, so that the masked model stays close to the whole one",
        StageInput.Model(plan) + StageInput.Data("sample", plan.Sample) + Array(
            StageInput.Made(RunFolder.Adapted), StageInput.Made(RunFolder.Scores), StageInput.Made(RunFolder.Statistics),
                StageInput.Made(RunFolder.Masks)) + SelectionConfidence.Parts(plan),
        Array(RunFolder.TunedMasks, RunFolder.TunedLayers),
        Fingerprint.Of(
            ("selection", SelectStage.Acting(plan.Selection)), ("tuning", mode), (
                "rows", DataPart.Rows(plan.Sample)), ("length", plan.Length),
            ("dtype", plan.Collection.Weights), ("bootstrap", SelectionConfidence.Draws(plan))),
        context => context.Models.With(plan.Collection.Weights, model =>
            from samples in PlanData.Tokens(plan, plan.Sample, model)
            from selected in SelectStage.Again(plan, context)
            from masks in MaskTables.Read(context.At(RunFolder.Masks))
            from tuned in OpenedAdapter.With(context.At(RunFolder.Adapted), model, adapters =>
                Run(model, adapters, selected, context.At(RunFolder.Masks), masks, [.. samples], mode, context.Report))
            from sure in SelectionConfidence.Of(plan, context, tuned)
            from written in sure.Write(context.At(RunFolder.TunedMasks), context.At(RunFolder.TunedLayers))
            select new StageOutcome(samples.Sum(s => (long)s.Ids.Count))));

    /// <summary>Tunes the masks of a selection on text.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapters">The sample-adapted model's modules; null for the base model.</param>
    /// <param name="selected">The selection made anew from its scores.</param>
    /// <param name="path">The file of its stored masks.</param>
    /// <param name="masks">Its stored masks, which must be the same.</param>
    /// <param name="samples">The text.</param>
    /// <param name="mode">Form of the tuning equations.</param>
    /// <param name="report">Takes progress.</param>
    /// <returns>The selection with tuned masks, or the first error.</returns>
    public static Either<FloeError, Selected> Run(
        OpenedModel model,
        AdapterSet? adapters,
        Selected selected,
        string path,
        MaskFile masks,
        IReadOnlyList<TokenizedSample> samples,
        TuningMode mode,
        Action<StageProgress> report) =>
        from stored in Origins.Same(path, masks.Metadata, "the scores", selected.Scores.Metadata, Again)
        from opened in CollectStage.Metadata(model, adapters, samples, 0)
        from same in Origins.SameModel(path, masks.Metadata, "--model", opened, Again)
        from carried in Origins.SameAdapter(path, masks.Metadata, "--adapter", opened, Again)
        from tuned in MaskTuning.Run(model.Decoder, adapters, masks.Masks.Binary, samples, new TuningOptions(mode), report)
        from result in Select.WithTuned(selected.Table, selected.Result, tuned, selected.Statistics)
        select selected with { Result = result };

    /// <summary>
    /// Tunes the selection's masks from stored equations of the unmasked model (method §6, <c>teacher</c>), without the model. λ is the
    /// file's, where it stores one. Errors: equations of another stream, model, adapter or shape; a component that is missing, twice there
    /// or of another size.
    /// </summary>
    /// <param name="path">A <c>normal.parquet</c>.</param>
    /// <param name="selected">The selection.</param>
    /// <returns>The selection with tuned masks, or the error of the file.</returns>
    public static Either<FloeError, Selected> FromStored(string path, Selected selected)
    {
        UnitMasks masks = selected.Result.Masks;
        return
            from tuned in NormalTables.Fold(
                path,
                masks.Shape,
                header =>
                    StoredEquations.Options(path, header, selected.Scores.Metadata, masks.Shape)
                        .Map(options => (Masks: masks, Options: options)),
                (before, block) =>
                    from solved in Tuning.Component(
                        block.Equations, before.Masks.Binary.OfComponent(block.Layer, block.Component), before.Options)
                    from next in before.Masks.With(block.Layer, block.Component, solved.Masks.ToArray(), solved.Status)
                    select (next, before.Options))
            from result in Select.WithTuned(selected.Table, selected.Result, tuned.Masks, selected.Statistics)
            select selected with { Result = result };
    }
}
