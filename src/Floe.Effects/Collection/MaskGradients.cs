using Floe.Domain.Scores;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>∂ℓ_x/∂m of every unit for every sample of a batch, with one backward pass.</summary>
/// <param name="Gradients">One row a sample, units in table order.</param>
/// <param name="Losses">ℓ_x, mean token loss of each sample.</param>
internal sealed record MaskGradients(IReadOnlyList<float[]> Gradients, IReadOnlyList<double> Losses)
{
    /// <summary>
    /// Every sample gets its own masks, [B, H] and [B, N] leaves of ones a layer, and the loss is the sum of the samples' means; so row b
    /// of a leaf's gradient is what a batch of sample b alone would give. A tensor function: call it inside <see cref="TensorEdge"/>.
    /// </summary>
    /// <param name="model">Weights.</param>
    /// <param name="adapters">The adapted model's modules; null for the base model.</param>
    /// <param name="loss">A batch with <see cref="LossWeights.SampleMeans"/> and divisor 1.</param>
    /// <param name="bothPaths">Whether adapters on o_proj and down_proj see the masked input (method §2).</param>
    public static MaskGradients Of(Decoder model, AdapterSet? adapters, LossBatch loss, bool bothPaths = false)
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchTensors batch = BatchTensors.Of(model, loss.Batch);
        LayerMasks[] masks = [.. model.Layers.Select(_ => new LayerMasks(
            Leaf(model, batch, model.Config.Heads), Leaf(model, batch, model.Config.Neurons), bothPaths))];
        Tensor hidden = DecoderPass.Run(model, batch, adapters, l => masks[l]);
        using HeadLoss head = HeadLoss.Of(model, hidden, loss.Targets, gradient: true);
        Tensor[] leaves = [.. masks.SelectMany(m => new[] { m.Heads!, m.Neurons! })];
        Tensor[] gradients = LeafGradients.Of(hidden, leaves, head.Gradient!);
        double[] losses = [.. head.BySequence(loss.Targets, loss.Batch.Sequences).Select(total => total.Sum / total.Tokens)];
        return new MaskGradients(Rows(model.Shape, gradients, loss.Batch.Sequences), losses);
    }

    private static Tensor Leaf(Decoder model, BatchTensors batch, int units) =>
        ones(batch.Batch.Sequences, units, ScalarType.Float32, model.Device).requires_grad_();

    private static float[][] Rows(ModelShape shape, Tensor[] gradients, int samples)
    {
        float[][] rows = [.. Enumerable.Range(0, samples).Select(_ => new float[shape.Units])];
        for (int l = 0; l < shape.Layers; l++)
        {
            int at = l * shape.UnitsPerLayer;
            Scatter(Tensors.Floats(gradients[2 * l]), shape.Heads, at);
            Scatter(Tensors.Floats(gradients[(2 * l) + 1]), shape.Neurons, at + shape.Heads);
        }

        return rows;

        void Scatter(float[] values, int units, int at)
        {
            for (int b = 0; b < samples; b++)
            {
                values.AsSpan(b * units, units).CopyTo(rows[b].AsSpan(at, units));
            }
        }
    }
}
