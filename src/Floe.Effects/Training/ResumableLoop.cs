using System.Globalization;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Training;

/// <summary>Where a training run keeps what it has done.</summary>
/// <param name="Journal"><c>run.jsonl</c>, one object a step.</param>
/// <param name="Checkpoint">The file that a stopped run goes on from; removed by the loop's caller when the result is saved.</param>
/// <param name="Identity">Hash of everything that decides the run.</param>
/// <param name="Every">Steps between checkpoints, at least 1.</param>
public sealed record TrainingFiles(string Journal, string Checkpoint, string Identity, int Every = 25);

/// <summary><see cref="OptimizerLoop"/> with a journal and checkpoints: stopped at any point, the next call goes on and ends with the same bytes.</summary>
internal static class ResumableLoop
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Runs steps from the checkpoint, if there is one of this run, until the task's last one or until asked to stop.</summary>
    /// <param name="name">What the progress is called.</param>
    /// <param name="task">Steps, samples, learning rates.</param>
    /// <param name="optimizer">The trainable tensors and their moments.</param>
    /// <param name="accumulate">Forward and backward of a micro-batch.</param>
    /// <param name="files">Journal and checkpoint.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="stop">Cancelled to save a checkpoint after the present step and end.</param>
    /// <returns>The steps done, fewer than the task's where it was stopped; or the first error.</returns>
    public static Either<FloeError, int> Run(
        string name,
        TrainingTask task,
        Optimizer optimizer,
        Accumulate accumulate,
        TrainingFiles files,
        Action<StageProgress> progress,
        CancellationToken stop)
    {
        long tokens = 0;
        return
            from first in Resume(optimizer, files)
            from done in OptimizerLoop.Run(task, optimizer, accumulate, first, Keep, stop)
            from saved in done < task.Steps ? Save(done) : unit
            select done;

        Either<FloeError, Unit> Keep(TrainingStep step)
        {
            tokens += step.Tokens;
            progress(new StageProgress(name, step.Step + 1, task.Steps, tokens, string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:F3}")));
            return
                from written in Journal.Append(files.Journal, JsonSerializer.Serialize(step, Names))
                from saved in (step.Step + 1) % files.Every == 0 && step.Step + 1 < task.Steps ? Save(step.Step + 1) : unit
                select saved;
        }

        Either<FloeError, Unit> Save(int steps) =>
            TrainingCheckpoint.Of(files.Identity, steps, optimizer).Bind(checkpoint => checkpoint.Write(files.Checkpoint));
    }

    // Steps after the checkpoint are done again, so their lines go first.
    private static Either<FloeError, int> Resume(Optimizer optimizer, TrainingFiles files) =>
        from stored in TrainingCheckpoint.Read(files.Checkpoint)
        let own = stored.Filter(checkpoint => checkpoint.Identity == files.Identity)
        from restored in own.Match(Some: checkpoint => checkpoint.Restore(optimizer), None: () => unit)
        let first = own.Match(Some: checkpoint => checkpoint.Step, None: () => 0)
        from cut in CutJournal(files.Journal, first)
        select first;

    private static Either<FloeError, Unit> CutJournal(string path, int steps) => File.Exists(path)
        ? Journal.Read(path).Bind(contents => AtomicFile.WriteText(path, string.Concat(contents.Lines.Take(steps).Select(line => line + "\n"))))
        : unit;
}
