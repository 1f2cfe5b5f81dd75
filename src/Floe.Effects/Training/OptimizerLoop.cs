using System.Diagnostics;
using System.Globalization;
using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using static LanguageExt.Prelude;

namespace Floe.Effects.Training;

/// <summary>Adds the gradient of one micro-batch to the trainable tensors.</summary>
/// <param name="samples">The micro-batch.</param>
/// <param name="divisor">Supervised tokens of the whole step: each token's loss weighs 1/divisor, so that micro-batches add up to the
/// step's mean.</param>
/// <returns>The micro-batch's share of the step's loss.</returns>
internal delegate Either<FloeError, double> Accumulate(IReadOnlyList<TokenizedSample> samples, double divisor);

/// <summary>The step loop that adapter training and pretraining share: accumulate, clip, AdamW.</summary>
internal static class OptimizerLoop
{
    /// <summary>Runs steps until the task's last one or until asked to stop.</summary>
    /// <param name="task">Steps, samples, learning rates.</param>
    /// <param name="optimizer">The trainable tensors and their moments.</param>
    /// <param name="accumulate">Forward and backward of a micro-batch.</param>
    /// <param name="first">The first step to do; above 0 when resuming.</param>
    /// <param name="onStep">Told each step after its update; its error ends the loop.</param>
    /// <param name="stop">Cancelled to end after the present step.</param>
    /// <returns>The number of steps that have been done, or the first error: <see cref="FloeError.BadData"/> naming the step where the loss
    /// or the gradient is not finite; the tensors are then those before that step.</returns>
    public static Either<FloeError, int> Run(
        TrainingTask task,
        Optimizer optimizer,
        Accumulate accumulate,
        int first,
        Func<TrainingStep, Either<FloeError, Unit>> onStep,
        CancellationToken stop)
    {
        for (int step = first; step < task.Steps; step++)
        {
            if (stop.IsCancellationRequested)
            {
                return step;
            }

            Either<FloeError, Unit> done = One(task, optimizer, accumulate, step).Bind(onStep);
            if (done.IsLeft)
            {
                return done.Map(_ => step);
            }
        }

        return Math.Max(first, task.Steps);
    }

    private static Either<FloeError, TrainingStep> One(TrainingTask task, Optimizer optimizer, Accumulate accumulate, int step)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<TokenizedSample> samples = task.Samples(step);
        int supervised = samples.Sum(LossBatch.Supervised);
        double rate = task.LearningRate(step);
        return
            from some in supervised > 0 ? unit : Left<FloeError, Unit>(new FloeError.BadData(
                string.Create(
                    CultureInfo.InvariantCulture, $"step {step}"), "samples with supervised tokens", "none", "Give samples to train on."))
            from steady in Finite(step, "learning rate", rate)
            from seeded in TensorEdge.Run("optimizer step", () => SeedDropout(task.Seed, step))
            from loss in MicroBatches.ByTokens(samples, sample => sample.Ids.Count, task.MicroBatchTokens).Aggregate(
                Right<FloeError, double>(0.0),
                (state, batch) => state.Bind(before => accumulate(batch, supervised).Map(part => before + part)))
            from penalty in TensorEdge.Run("optimizer step", optimizer.Penalty)
            from finite in Finite(step, "loss", loss + penalty)
            from norm in TensorEdge.Run("optimizer step", () => optimizer.Step(rate, step))
            from moved in Finite(step, "gradient norm", norm)
            select new TrainingStep(
                step, rate, loss + penalty, norm, supervised, samples.Sum(s => s.Ids.Count), Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    // Dropout of a step depends on the run's seed and the step alone, so a resumed run needs no generator state.
    private static Unit SeedDropout(long seed, int step)
    {
        torch.manual_seed(unchecked((seed * 1_000_003) + step) & long.MaxValue);
        return unit;
    }

    private static Either<FloeError, Unit> Finite(int step, string what, double value) => double.IsFinite(value)
        ? unit
        : new FloeError.BadData(
            string.Create(CultureInfo.InvariantCulture, $"step {step}"),
            $"a finite {what}",
            value.ToString("R", CultureInfo.InvariantCulture),
            "Lower the learning rate or lengthen the warm-up; the last checkpoint is as it was.");
}
