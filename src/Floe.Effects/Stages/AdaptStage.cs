using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Files;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
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

/// <summary><c>adapt</c>: trains an adapter and saves it. What <c>floe adapt</c> and two stages of a run do.</summary>
public static class AdaptStage
{
    private const string Command = "floe adapt";

    private static readonly string[] Written = [AdapterFolders.TensorFile, AdapterConfigFile.Name];

    /// <summary>The stage of a plan that adapts all layers to the sample: model and sample → <c>adapted/</c>.</summary>
    /// <param name="plan">The plan.</param>
    internal static Stage OfSample(RunPlan plan) => new(
        "adapt-sample",
        "adapts all layers to the sample, so that the scores are those of a model that knows the task",
        StageInput.Model(plan) + StageInput.Data("sample", plan.Sample),
        Array(RunFolder.Adapted),
        Fingerprint.Of(
            ("adapter", plan.Adapter), (
                "training", plan.SampleTraining.Options), ("rows", DataPart.Rows(plan.Sample)), ("length", plan.Length),
            ("dtype", plan.Weights)),
        context => context.Models.With(plan.Weights, model =>
            from samples in PlanData.Sample(plan, model)
            from done in Run(
                model,
                plan.Adapter.On(Enumerable.Range(0, model.Decoder.Config.Layers)),
                [.. samples],
                plan.SampleTraining,
                new AdaptFiles(context.At(RunFolder.Adapted), context.At($"{RunFolder.Adapted}/{RunFolder.Journal}"), context.Warn),
                context.Named("adapt all layers"),
                context.Stop)
            select new StageOutcome(done.Tokens)));

    /// <summary>The stage of a plan's policy: model, training samples and <c>plan.json</c> → <c>adapter/</c> and
    /// <c>run.jsonl</c>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">One of its policies.</param>
    internal static Stage Of(RunPlan plan, PlannedPolicy policy)
    {
        string chosen = RunFolder.Of(policy.Name, RunFolder.AdapterPlan);
        string adapter = RunFolder.Of(policy.Name, RunFolder.Adapter);
        string journal = RunFolder.Of(policy.Name, RunFolder.Journal);
        return new(
            Name(policy.Name),
            $"fine-tunes the layers of policy {policy.Name}",
            StageInput.Model(plan) + StageInput.Data("train", plan.Train) + Array(StageInput.Made(chosen)),
            Array(adapter, journal),
            Fingerprint.Of(
                ("training", plan.Training.Options), ("rows", DataPart.Rows(plan.Train)), ("length", plan.Length), ("dtype", plan.Weights)),
            context => context.Models.With(plan.Weights, model =>
                from stored in AdapterPlanFile.Read(context.At(chosen))
                from samples in PlanData.Tokens(plan, plan.Train, model)
                from done in Run(
                    model,
                    stored.Plan,
                    [.. samples],
                    plan.Training,
                    new AdaptFiles(context.At(adapter), context.At(journal), context.Warn),
                    context.Named(Name(policy.Name)),
                    context.Stop)
                select new StageOutcome(done.Tokens)));
    }

    /// <summary>What the stage of a policy is called.</summary>
    /// <param name="policy">The policy.</param>
    internal static string Name(string policy) => $"adapt {policy}";

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
            from begun in Unfinished.Begin(files.Adapter, Command, Written)
            from saved in Trained(model, plan, task, files, kept, Count, stop)
                .MapLeft(error => Unfinished.Abandoned(files.Adapter, Command, Written, error))
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
    internal static Either<FloeError, Fingerprint> Everything(
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
