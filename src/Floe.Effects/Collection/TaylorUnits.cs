using Floe.Effects.Engine;
using Floe.Effects.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>From the gradient of a layer's weights to the Taylor scores of its units.</summary>
internal static class TaylorUnits
{
    /// <summary>Σ |g ⊙ θ| by unit, in double.</summary>
    /// <param name="layer">θ.</param>
    /// <param name="gradients">g of Qkv, Output, GateUp, Down.</param>
    /// <param name="units">H heads, then N neurons.</param>
    /// <param name="keyValue">G key/value heads.</param>
    public static void Score(LayerWeights layer, Tensor[] gradients, Span<double> units, Span<double> keyValue)
    {
        (int heads, int groups, int width, int neurons) = (
            layer.Config.Heads, layer.Config.KvHeads, layer.Config.HeadDim, layer.Config.Neurons);
        double[] qkv = Sums(gradients[0], layer.Qkv, 1);
        double[] output = Sums(gradients[1], layer.Output, 0);
        double[] gateUp = Sums(gradients[2], layer.GateUp, 1);
        double[] down = Sums(gradients[3], layer.Down, 0);
        ReadOnlySpan<double> keys = qkv.AsSpan(heads * width);
        for (int g = 0; g < groups; g++)
        {
            keyValue[g] = Sum(keys.Slice(g * width, width)) + Sum(keys.Slice((groups + g) * width, width));
        }

        int shared = heads / groups;
        for (int h = 0; h < heads; h++)
        {
            units[h] = Sum(qkv.AsSpan(h * width, width)) + Sum(output.AsSpan(h * width, width)) + (keyValue[h / shared] / shared);
        }

        for (int n = 0; n < neurons; n++)
        {
            units[heads + n] = gateUp[n] + gateUp[neurons + n] + down[n];
        }
    }

    private static double[] Sums(Tensor gradient, Tensor weight, long dimension)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        return Tensors.Doubles(gradient.mul(weight).abs().sum(dimension, type: ScalarType.Float64));
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0.0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum;
    }
}
