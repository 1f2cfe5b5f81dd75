using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>How a layer's two components weigh in its importance.</summary>
public enum ComponentWeights
{
    /// <summary>One half each (method §7).</summary>
    Equal = 0,

    /// <summary>By the number of weights that belong to the component's units.</summary>
    Parameters = 1,
}

/// <summary>Which masks an importance was computed from.</summary>
public enum MaskSource
{
    /// <summary>Binary masks.</summary>
    Binary = 0,

    /// <summary>Masks of which at least one component is tuned.</summary>
    Tuned = 1,
}

/// <summary>Importance of every layer, and what it was computed from.</summary>
/// <param name="Scores">s_k, one a layer.</param>
/// <param name="HeadSparsity">1 − mean m over the layer's heads.</param>
/// <param name="NeuronSparsity">1 − mean m over the layer's neurons.</param>
/// <param name="Source">Binary or tuned masks.</param>
public sealed record LayerImportance(Arr<double> Scores, Arr<double> HeadSparsity, Arr<double> NeuronSparsity, MaskSource Source);

/// <summary>
/// s_k = ½ [ (1 − mean m over heads) + (1 − mean m over neurons) ] of layer k (method §7): the more of a layer is masked, the more it needs
/// an adapter.
/// </summary>
public static class Importance
{
    /// <summary>Importance from masks. Errors: weights by parameters for a shape whose widths are not known.</summary>
    /// <param name="masks">Binary or tuned masks.</param>
    /// <param name="weights">How the two components weigh.</param>
    public static Either<FloeError, LayerImportance> Of(UnitMasks masks, ComponentWeights weights = ComponentWeights.Equal) =>
        HeadShare(masks.Shape, weights).Map(share =>
        {
            double[] heads = Sparsity(masks, Component.Head);
            double[] neurons = Sparsity(masks, Component.Neuron);
            double[] scores = new double[heads.Length];
            for (int layer = 0; layer < scores.Length; layer++)
            {
                scores[layer] = (share * heads[layer]) + ((1 - share) * neurons[layer]);
            }

            return new LayerImportance(
                toArray(scores), toArray(heads), toArray(neurons), masks.AnyTuned ? MaskSource.Tuned : MaskSource.Binary);
        });

    private static double[] Sparsity(UnitMasks masks, Component component)
    {
        double[] sparsity = new double[masks.Shape.Layers];
        for (int layer = 0; layer < sparsity.Length; layer++)
        {
            sparsity[layer] = 1 - masks.Mean(layer, component);
        }

        return sparsity;
    }

    private static Either<FloeError, double> HeadShare(ModelShape shape, ComponentWeights weights)
    {
        if (weights == ComponentWeights.Equal)
        {
            return Right<FloeError, double>(0.5);
        }

        // Query rows and output columns of every head, key and value rows of every group; gate, up and down for every neuron.
        double heads = ((2.0 * shape.Heads) + (2.0 * shape.KvHeads)) * shape.HeadDim * shape.Hidden;
        double neurons = 3.0 * shape.Neurons * shape.Hidden;
        return shape is { Hidden: > 0, HeadDim: > 0, KvHeads: > 0 }
            ? Right<FloeError, double>(heads / (heads + neurons))
            : Left<FloeError, double>(new FloeError.BadData(
                "shape", "hidden, head_dim and kv_heads above 0", $"{shape.Hidden}, {shape.HeadDim}, {shape.KvHeads}",
                    "Weigh components equally, or store the full shape."));
    }
}
