using Floe.Domain;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;

namespace Floe.Effects.Training;

/// <summary>Fine-tunes an adapter on a frozen decoder.</summary>
internal static class AdapterTraining
{
    /// <summary>
    /// Forward and backward of a micro-batch: logits only at supervised positions, no graph below the lowest adapted layer. The gradient is
    /// added to that of the adapter's parameters.
    /// </summary>
    /// <param name="model">Frozen weights.</param>
    /// <param name="adapters">The adapter that is trained.</param>
    /// <param name="prefix">Keeps what the layers below the lowest adapted one give; without it they are run each time.</param>
    /// <returns>The function that <see cref="OptimizerLoop"/> calls.</returns>
    public static Accumulate Accumulate(Decoder model, IDecoderAdapter adapters, FrozenPrefix? prefix = null) => (samples, divisor) =>
        LossBatch.Of(model.Config, samples, LossWeights.TokenMean, divisor).Bind(batch => Room(model, adapters, batch))
            .Bind(batch => Adapted.Run("training step", model, adapters, () =>
        {
            using DisposeScope scope = torch.NewDisposeScope();
            using BatchTensors tensors = BatchTensors.Of(model, batch.Batch);
            torch.Tensor hidden = DecoderPass.Run(model, tensors, adapters, training: true, start: prefix?.Before(batch.Batch));
            using HeadLoss loss = HeadLoss.Of(model, hidden, batch.Targets, gradient: true);
            if (double.IsFinite(loss.Loss))
            {
                hidden.backward([loss.Gradient!]);
            }

            return loss.Loss;
        }));

    // Virtual tokens take positions of the context.
    private static Either<FloeError, LossBatch> Room(Decoder model, IDecoderAdapter adapters, LossBatch batch) =>
        batch.Batch.Lengths.ToArray().Max() is var longest && adapters.Lead + longest > model.Config.MaxPositions
            ? new FloeError.BadData(
                "training", $"at most {model.Config.MaxPositions} tokens, the model's context",
                $"{adapters.Lead} virtual ones and a sample of {longest}", "Cut the samples (--length), or take fewer virtual tokens.")
            : batch;
}
