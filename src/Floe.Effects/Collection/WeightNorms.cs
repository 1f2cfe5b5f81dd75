using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>The baseline policy <c>weight-norm</c> (method §7).</summary>
internal static class WeightNorms
{
    /// <summary>Frobenius norm of all of a layer's weights together, norms and biases included; squares are added in double.</summary>
    /// <param name="model">Weights.</param>
    /// <returns>One number a layer.</returns>
    public static Either<FloeError, double[]> Run(Decoder model) => TensorEdge.Run("weight norms", () =>
    {
        using IDisposable frozen = no_grad();
        return model.Layers.Select(layer => Math.Sqrt(layer.Tensors.Sum(SquaredNorm))).ToArray();
    });

    /// <summary>Σ of squares, added in double.</summary>
    /// <param name="tensor">Any shape.</param>
    internal static double SquaredNorm(Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        return tensor.to(ScalarType.Float32).square().sum(ScalarType.Float64).item<double>();
    }
}
