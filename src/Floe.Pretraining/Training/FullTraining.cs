using Floe.Effects.Engine;
using Floe.Effects.Models;
using Floe.Effects.Training;
using TorchSharp;

namespace Floe.Pretraining.Training;

/// <summary>Forward and backward with every weight trained.</summary>
internal static class FullTraining
{
    /// <summary>The gradient of a micro-batch is added to that of all weights.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <returns>The function that <see cref="OptimizerLoop"/> calls.</returns>
    public static Accumulate Accumulate(TrainableDecoder decoder) => (samples, divisor) =>
        LossBatch.Of(decoder.Model.Config, samples, LossWeights.TokenMean, divisor).Bind(batch => TensorEdge.Run("training step", () =>
        {
            using DisposeScope scope = torch.NewDisposeScope();
            using BatchTensors tensors = BatchTensors.Of(decoder.Model, batch.Batch);
            return TrainableHead.Backward(decoder.Model, Hidden(decoder.Model, tensors), batch.Targets);
        }));

    /// <summary>From token ids to the last layer's output, with a graph down to the embedding.</summary>
    private static torch.Tensor Hidden(Decoder model, BatchTensors batch)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        LayerContext context = new(batch, Training: true);
        torch.Tensor x = DecoderPass.Lookup(model, batch);
        foreach (LayerWeights layer in model.Layers)
        {
            torch.Tensor next = DecoderLayer.Forward(layer, x, context);
            x.Dispose();
            x = next;
        }

        return x.MoveToOuterDisposeScope();
    }
}
