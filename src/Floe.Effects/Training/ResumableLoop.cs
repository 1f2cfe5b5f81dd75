using System.Globalization;
using System.Text;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Training;

/// <summary><see cref="OptimizerLoop"/> with a journal and checkpoints: stopped at any point, the next call goes on and ends with the same
/// bytes.</summary>
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
        StringBuilder journal = new();
        return
            from sound in Steps.Check(files.Every > 0, () => new FloeError.Usage(
                "checkpoint every", "at least 1 step", files.Every.ToString(CultureInfo.InvariantCulture),
                    "Give a number of steps above 0."))
            from named in Steps.Check(files.Journal.Length > 0, () => new FloeError.Usage("journal", "a path", "none", "Name the file."))
            from stored in files.Stored()
            from first in Resume(optimizer, files, stored, journal)
            from done in OptimizerLoop.Run(task, optimizer, accumulate, first, Keep, stop)
            from saved in done < task.Steps ? Save(done) : unit
            select done;

        Either<FloeError, Unit> Keep(TrainingStep step)
        {
            tokens += step.Tokens;
            progress(
                new StageProgress(
                    name, step.Step + 1, task.Steps, tokens, string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:F3}")));
            string line = JsonSerializer.Serialize(step, Names);
            journal.Append(line).Append('\n');
            return
                from written in Journal.Append(files.Journal, line)
                from saved in (step.Step + 1) % files.Every == 0 && step.Step + 1 < task.Steps ? Save(step.Step + 1) : unit
                select saved;
        }

        Either<FloeError, Unit> Save(int steps) =>
            TrainingCheckpoint.Of(files.Run, steps, journal.ToString(), optimizer).Bind(checkpoint => checkpoint.Write(files.Checkpoint));
    }

    // The journal is what the checkpoint says: steps after it are done again, and another run may have written there since.
    private static Either<FloeError, int> Resume(
        Optimizer optimizer, TrainingFiles files, Option<TrainingCheckpoint> stored, StringBuilder journal) =>
        from restored in stored.Match(Some: checkpoint => checkpoint.Restore(optimizer), None: () => unit)
        let lines = stored.Match(Some: checkpoint => checkpoint.Journal, None: () => "")
        from written in lines.Length > 0 || File.Exists(files.Journal) ? AtomicFile.WriteText(files.Journal, lines) : unit
        let kept = journal.Append(lines)
        select stored.Match(Some: checkpoint => checkpoint.Step, None: () => 0);
}
