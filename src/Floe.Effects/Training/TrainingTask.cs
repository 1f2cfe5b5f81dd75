using Floe.Domain.Training;

namespace Floe.Effects.Training;

/// <summary>What an optimizer loop does, apart from which tensors it moves.</summary>
/// <param name="Steps">Number of optimizer steps.</param>
/// <param name="Samples">The samples of a step, all accumulations together; a pure function of the step, so that a resumed run draws the
/// same ones.</param>
/// <param name="LearningRate">Learning rate of a step, from 0.</param>
/// <param name="Optimizer">AdamW and clipping.</param>
/// <param name="MicroBatchTokens">Positions that one forward and backward pass may hold; a longer sample goes alone. Bounds memory; the
/// result changes by rounding only.</param>
/// <param name="Seed">Starts the dropout generator.</param>
internal sealed record TrainingTask(
    int Steps,
    Func<int, IReadOnlyList<TokenizedSample>> Samples,
    Func<int, double> LearningRate,
    AdamWOptions Optimizer,
    int MicroBatchTokens = TrainingTask.DefaultMicroBatchTokens,
    long Seed = 42)
{
    /// <summary>Large enough to fill the matrix products of a small model, small enough for a laptop's memory.</summary>
    public const int DefaultMicroBatchTokens = 1024;

    /// <summary>The task that options describe over some samples: epochs of seeded permutations, AdamW's usual betas.</summary>
    /// <param name="options">Steps, batch, schedule, decay, clipping, seed.</param>
    /// <param name="samples">At least one.</param>
    public static TrainingTask Of(TrainingOptions options, IReadOnlyList<TokenizedSample> samples)
    {
        SampleOrder order = new(samples.Count, options.Batch, options.Seed);
        return new TrainingTask(
            options.StepsOver(samples.Count),
            step => [.. order.Step(step).Select(i => samples[i])],
            options.ScheduleOver(samples.Count).Rate,
            new AdamWOptions(WeightDecay: options.WeightDecay, ClipNorm: options.ClipNorm),
            Seed: options.Seed);
    }
}

/// <summary>One optimizer step as <c>run.jsonl</c> keeps it.</summary>
/// <param name="Step">From 0.</param>
/// <param name="LearningRate">Learning rate of the step.</param>
/// <param name="Loss">Mean cross entropy in nats over the step's supervised tokens, before the update; for AdaLoRA with its orthogonal
/// regulariser.</param>
/// <param name="GradientNorm">‖g‖ over all trainable tensors, before clipping.</param>
/// <param name="SupervisedTokens">Tokens that the loss is taken over.</param>
/// <param name="Tokens">All tokens that were read.</param>
/// <param name="Seconds">Wall time of the step.</param>
internal sealed record TrainingStep(
    int Step, double LearningRate, double Loss, double GradientNorm, int SupervisedTokens, int Tokens, double Seconds);
