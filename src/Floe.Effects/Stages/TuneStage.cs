using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Tables;
using LanguageExt;

namespace Floe.Effects.Stages;

/// <summary>Tunes stored masks and ranks the layers again: what <c>floe tune</c> and a stage of a run do.</summary>
public static class TuneStage
{
    private const string Again = "Tune the masks of one selection on the model, with the adapter, that its scores were collected on.";

    /// <summary>Tunes the masks of a selection on text.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="adapters">The sample-adapted model's modules; null for the base model.</param>
    /// <param name="selected">The selection made anew from its scores.</param>
    /// <param name="path">The file of its stored masks.</param>
    /// <param name="masks">Its stored masks, which must be the same.</param>
    /// <param name="samples">The text.</param>
    /// <param name="mode">A word of <see cref="SelectionWords.TuningModes"/>.</param>
    /// <param name="report">Takes progress.</param>
    /// <returns>The selection with tuned masks, or the first error.</returns>
    public static Either<FloeError, Selected> Run(
        OpenedModel model,
        AdapterSet? adapters,
        Selected selected,
        string path,
        MaskFile masks,
        IReadOnlyList<TokenizedSample> samples,
        string mode,
        Action<StageProgress> report) =>
        from equations in SelectionWords.Mode(mode)
        from stored in Origins.Same(path, masks.Metadata, "the scores", selected.Scores.Metadata, Again)
        from opened in CollectStage.Metadata(model, adapters, samples, 0)
        from same in Origins.SameModel(path, masks.Metadata, "--model", opened, Again)
        from carried in Origins.SameAdapter(path, masks.Metadata, "--adapter", opened, Again)
        from tuned in MaskTuning.Run(model.Decoder, adapters, masks.Masks.Binary, samples, new TuningOptions(equations), report)
        from result in Select.WithTuned(selected.Table, selected.Result, tuned, selected.Statistics)
        select selected with { Result = result };
}
