using System.Diagnostics;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Results;
using Floe.Effects.Stages;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs;

/// <summary>Who a run is: what its manifest says beside the stages.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Seed">Start of every random choice.</param>
/// <param name="Plan">Hash of the plan.</param>
/// <param name="Tool">Name and version of this program.</param>
public sealed record RunIdentity(string Name, int Seed, string Plan, string Tool)
{
    /// <summary>The plan, verbatim, which is kept in the run folder; none where it does not come from a file.</summary>
    public Option<string> PlanText { get; init; }
}

/// <summary>Where a run tells what it does.</summary>
/// <param name="Begin">Called for every stage with what is done about it.</param>
/// <param name="Report">Takes progress inside a stage.</param>
/// <param name="End">Called when a stage finished.</param>
/// <param name="Warn">Takes one line a person should see.</param>
public sealed record RunListener(Action<StageAction> Begin, Action<StageProgress> Report, Action<StageRecord> End, Action<string> Warn)
{
    /// <summary>A listener that ignores everything.</summary>
    public static RunListener Silent { get; } = new(_ => { }, _ => { }, _ => { }, _ => { });
}

/// <summary>Runs stages in order, skips the finished ones and records each as it ends.</summary>
public static class RunExecution
{
    private const string Command = "floe run";

    /// <summary>What a run would do, without doing it.</summary>
    /// <param name="folder">The run folder; need not exist.</param>
    /// <param name="stages">The stages.</param>
    /// <param name="tool">Name and version of this program.</param>
    /// <param name="warn">Takes the warning about a damaged manifest.</param>
    /// <returns>One action a stage, or the error that <see cref="Execute"/> would meet before its first stage.</returns>
    public static Either<FloeError, Arr<StageAction>> DryRun(string folder, Arr<Stage> stages, string tool, Action<string> warn) =>
        from sound in StageGraph.Check(stages)
        from stored in RunManifestFile.Read(folder)
        from actions in RunSchedule.Decide(folder, stages, Warned(stored, warn), tool)
        select actions;

    /// <summary>Runs what is not finished. Interrupted at any point, the next call goes on: a stage without a record runs again, and its
    /// body may use what it finds. A stage's record is removed before it starts and added, atomically, after its outputs are on the
    /// disk.</summary>
    /// <param name="folder">The run folder; made when missing.</param>
    /// <param name="run">What the manifest says about the run.</param>
    /// <param name="stages">The stages.</param>
    /// <param name="models">The base model, for the stages that need it.</param>
    /// <param name="listener">Is told what happens.</param>
    /// <param name="stop">Cancelled to end after the present stage has saved what it has.</param>
    /// <returns>The manifest; a stage that was stopped has no record in it. Or the first error of a stage.</returns>
    public static Either<FloeError, RunManifest> Execute(
        string folder, RunIdentity run, Arr<Stage> stages, ModelHolder models, RunListener listener, CancellationToken stop) =>
        FolderLock.Take(folder, Command).Bind(held =>
        {
            using IDisposable _ = held;
            return
                from cleaned in TemporaryFiles.RemoveLeftovers(folder)
                from sound in StageGraph.Check(stages)
                from stored in RunManifestFile.Read(folder)
                let known = Warned(stored, listener.Warn)
                from actions in RunSchedule.Decide(folder, stages, known, run.Tool)
                from kept in run.PlanText.Match(
                    Some: text =>
                        AtomicFile.WriteText(Path.Combine(folder, RunFolder.Plan), text), None: () => Right<FloeError, Unit>(unit))
                from manifest in Walk(run, actions, known, listener, new StageContext(folder, models, listener.Report, listener.Warn, stop))
                select manifest;
        });

    private static Either<FloeError, RunManifest> Walk(
        RunIdentity run, Arr<StageAction> actions, Option<RunManifest> known, RunListener listener, StageContext context)
    {
        Arr<StageRecord> kept = known.Map(m => m.Stages.Filter(r => actions.Exists(a => a.Stage.Name == r.Name && !a.Runs)))
            .IfNone(Arr<StageRecord>.Empty);
        RunManifest manifest = new(run.Name, run.Seed, run.Plan, kept);
        Either<FloeError, Unit> begun = RunManifestFile.Write(context.Folder, manifest);
        Either<FloeError, RunManifest> state = begun.Bind(_ => Remaining(context.Folder, actions, 0)).Map(_ => manifest);
        for (int place = 0; place < actions.Count && state.IsRight && !context.Stop.IsCancellationRequested; place++)
        {
            StageAction action = actions[place];
            listener.Begin(action);
            if (action.Runs)
            {
                state =
                    from before in state
                    from after in RunStage(run, action.Stage, before, context)
                    from marked in after.Match(Some: _ => Remaining(context.Folder, actions, place + 1), None: () => unit)
                    select Told(listener, before, after);
            }
        }

        return state;
    }

    // No record where the stage was stopped.
    private static Either<FloeError, Option<StageRecord>> RunStage(RunIdentity run, Stage stage, RunManifest manifest, StageContext context)
    {
        Either<FloeError, Map<string, string>> read =
            from hashes in Hashes(stage.Inputs.Map(i => (i.Label, i.External ? i.Path : context.At(i.Path))))
            from withdrawn in Unfinished.Withdraw(context.Folder, [.. stage.Outputs])
            select hashes;
        return read.Bind(inputs =>
        {
            PeakMemory.Reset();
            long started = Stopwatch.GetTimestamp();
            Either<FloeError, StageOutcome> outcome = stage.Body(context);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            return context.Stop.IsCancellationRequested && outcome.IsRight
                ? Option<StageRecord>.None
                : from done in outcome
                  from outputs in Hashes(stage.Outputs.Map(o => (o, context.At(o))))
                  let record = new StageRecord(
                      stage.Name, stage.Options.Sha256, inputs, outputs, seconds, done.Tokens, PeakMemory.Bytes(), run.Tool)
                  from written in RunManifestFile.Write(context.Folder, manifest.With(record))
                  select Some(record);
        });
    }

    private static RunManifest Told(RunListener listener, RunManifest manifest, Option<StageRecord> record)
    {
        record.IfSome(listener.End);
        return record.Map(manifest.With).IfNone(manifest);
    }

    // What the run has not finished is said in its folder, for whoever reads there.
    private static Either<FloeError, Unit> Remaining(string folder, Arr<StageAction> actions, int done)
    {
        string[] outputs = [.. actions.AsEnumerable().Skip(done).Where(action => action.Runs).SelectMany(action => action.Stage.Outputs)];
        return outputs.Length > 0 ? Unfinished.Mark(folder, Command, outputs) : Unfinished.End(folder, Command);
    }

    private static Either<FloeError, Map<string, string>> Hashes(Arr<(string Label, string Path)> files) =>
        files.Fold(Right<FloeError, Map<string, string>>(Map<string, string>()), (all, file) =>
            from map in all
            from found in StageHash.OfPath(file.Path)
            from hash in found.ToEither<FloeError>(new FloeError.Io(
                file.Label, "find the stage's file", "it is missing", "Run again; if it happens again, report it."))
            select map.AddOrUpdate(file.Label, hash));

    private static Option<RunManifest> Warned(StoredManifest stored, Action<string> warn)
    {
        stored.Warning.IfSome(warn);
        return stored.Manifest;
    }
}
