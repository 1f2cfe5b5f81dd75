using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Files;
using Floe.Effects.Formats.Adapters;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Tables;
using Floe.Effects.Training;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>Where an adaptation writes.</summary>
/// <param name="Adapter">The adapter folder.</param>
/// <param name="Journal"><c>run.jsonl</c>; checkpoints lie beside it.</param>
/// <param name="Warn">Takes one line for each checkpoint of another run that lies there.</param>
public sealed record AdaptFiles(string Adapter, string Journal, Action<string> Warn);

/// <summary>Trains an adapter and saves it: what <c>floe adapt</c> and two stages of a run do.</summary>
public static class AdaptStage
{
    private const string Command = "floe adapt";

    private static readonly string[] Results = [AdapterFolders.TensorFile, AdapterConfigFile.Name];

    /// <summary>Trains until the last step, or until asked to stop; then nothing is saved but the checkpoint.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="plan">The adapter.</param>
    /// <param name="samples">At least one.</param>
    /// <param name="settings">How.</param>
    /// <param name="files">Where to.</param>
    /// <param name="report">Takes progress.</param>
    /// <param name="stop">Cancelled to stop after the present step.</param>
    /// <returns>Tokens read by this call and whether the adapter is finished, or the first error.</returns>
    public static Either<FloeError, (long Tokens, bool Finished)> Run(
        OpenedModel model,
        AdapterPlan plan,
        IReadOnlyList<TokenizedSample> samples,
        TrainingSettings settings,
        AdaptFiles files,
        Action<StageProgress> report,
        CancellationToken stop)
    {
        TrainingTask task = TrainingTask.Of(settings.Options, samples) with { MicroBatchTokens = settings.MicroBatchTokens };
        long tokens = 0;
        void Count(StageProgress progress)
        {
            tokens = progress.Tokens;
            report(progress);
        }

        return
            from sound in settings.Options.Checked()
            from run in Everything(model, plan, samples, settings)
            let kept = new TrainingFiles(files.Journal, run, files.Warn, settings.CheckpointEvery)
            from begun in Unfinished.Begin(files.Adapter, Command, Results)
            from saved in Trained(model, plan, task, files, kept, Count, stop).MapLeft(error => Unfinished.Abandoned(files.Adapter, Command, Results, error))
            select (tokens, saved);
    }

    private static Either<FloeError, bool> Trained(
        OpenedModel model,
        AdapterPlan plan,
        TrainingTask task,
        AdaptFiles files,
        TrainingFiles kept,
        Action<StageProgress> progress,
        CancellationToken stop) =>
        from trained in AdapterRun.Train(model.Decoder, plan, task, kept, progress, stop)
        from saved in Save(trained.Adapter, trained.Steps == task.Steps, model, files.Adapter, kept)
        select saved;

    /// <summary>Everything that decides the bytes of an adapter.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="plan">The adapter.</param>
    /// <param name="samples">What it is trained on.</param>
    /// <param name="settings">How; how often a checkpoint is written decides nothing.</param>
    public static Either<FloeError, Fingerprint> Everything(
        OpenedModel model, AdapterPlan plan, IReadOnlyList<TokenizedSample> samples, TrainingSettings settings) =>
        model.Identity.Map(identity => Fingerprint.Of(
            ("tool", TableMetadata.Tool),
            ("device", model.Device.ToString()),
            ("weights", identity.Sha256),
            ("dtype", model.Decoder.Weights.Word()),
            ("model", model.Decoder.Config),
            ("tokenizer", Fingerprint.OfValue(model.Tokenizer.Tables)),
            ("data", Fingerprint.OfSamples(samples)),
            ("plan", plan),
            ("training", settings.Options),
            ("micro_batch_tokens", settings.MicroBatchTokens)));

    private static Either<FloeError, bool> Save(AdapterSet adapters, bool finished, OpenedModel model, string folder, TrainingFiles files)
    {
        using (adapters)
        {
            return !finished
                ? Right<FloeError, bool>(false)
                : from identity in model.Identity
                  from written in AdapterSets.Save(folder, adapters, model.Decoder.Config, model.Name, identity)
                  from cleaned in files.Done()
                  from ended in Unfinished.End(folder, Command)
                  select true;
        }
    }
}
