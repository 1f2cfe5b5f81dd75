using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Files;
using Floe.Effects.Runs.Plans;
using Floe.Effects.Training;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs.Work;

/// <summary>Where an adaptation writes.</summary>
/// <param name="Adapter">The adapter folder.</param>
/// <param name="Journal"><c>run.jsonl</c>.</param>
/// <param name="Identity">Hash of everything that decides the result.</param>
public sealed record AdaptFiles(string Adapter, string Journal, string Identity)
{
    /// <summary>What a stopped adaptation goes on from; hidden, and gone when it is done.</summary>
    public string Checkpoint => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Journal))!, ".checkpoint");
}

/// <summary>Trains an adapter and saves it: what <c>floe adapt</c> and two stages of a run do.</summary>
public static class AdaptWork
{
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
            from trained in AdapterRun.Train(
                model.Decoder, plan, task, new TrainingFiles(files.Journal, files.Checkpoint, files.Identity, settings.CheckpointEvery), Count, stop)
            from saved in Save(trained.Adapter, trained.Steps == task.Steps, model, files)
            select (tokens, saved);
    }

    private static Either<FloeError, bool> Save(AdapterSet adapters, bool finished, OpenedModel model, AdaptFiles files)
    {
        using (adapters)
        {
            return !finished
                ? Right<FloeError, bool>(false)
                : from written in AdapterSets.Save(files.Adapter, adapters, model.Decoder.Config, model.Name)
                  from cleaned in FileErrors.Try(files.Checkpoint, "remove the checkpoint", () =>
                  {
                      File.Delete(files.Checkpoint);
                      return true;
                  })
                  select cleaned;
        }
    }
}
