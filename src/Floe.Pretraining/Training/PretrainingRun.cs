using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Effects.Training;
using LanguageExt;

namespace Floe.Pretraining.Training;

/// <summary>Trains a decoder from nothing, with a journal and checkpoints: stopped at any point, the next call goes on and ends with the
/// same bytes.</summary>
internal static class PretrainingRun
{
    private const double Beta2 = 0.98;

    /// <summary>Blocks of text as samples of which every token but the first is learnt, in a seeded order; second moments decay with 0.98:
    /// a step of few tokens has a noisy gradient, which a faster decay follows.</summary>
    /// <param name="options">Steps, batch in blocks, schedule, decay, clipping, seed.</param>
    /// <param name="blocks">Blocks of one length, at least one.</param>
    public static TrainingTask Task(TrainingOptions options, Arr<Arr<int>> blocks)
    {
        TokenizedSample[] samples = [.. blocks.Select(block => LossBatch.AllSupervised(block.ToArray()))];
        TrainingTask task = TrainingTask.Of(options, samples);
        return task with { Optimizer = task.Optimizer with { Beta2 = Beta2 } };
    }

    /// <summary>Trains until the task's last step or until asked to stop.</summary>
    /// <param name="config">The decoder.</param>
    /// <param name="task">Steps, blocks, learning rates; its seed also starts the weights.</param>
    /// <param name="device">Where tensors live.</param>
    /// <param name="files">Journal and checkpoint.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="stop">Cancelled to save a checkpoint after the present step and end.</param>
    /// <returns>The decoder, to be disposed, and the steps done: fewer than the task's where it was stopped. Or the first error.</returns>
    public static Either<FloeError, (TrainableDecoder Decoder, int Steps)> Train(
        DecoderConfig config, TrainingTask task, TorchSharp.torch.Device device, TrainingFiles files, Action<StageProgress> progress,
            CancellationToken stop) =>
        TrainableDecoder.Fresh(config, task.Seed, device).Bind(decoder =>
        {
            Either<FloeError, int> steps = TensorEdge.Bind("pretraining", () =>
            {
                using Optimizer optimizer = new(decoder.Parameters, task.Optimizer);
                return ResumableLoop.Run("pretrain", task, optimizer, FullTraining.Accumulate(decoder), files, progress, stop);
            });
            if (steps.IsLeft)
            {
                decoder.Dispose();
            }

            return steps.Map(done => (decoder, done));
        });
}
