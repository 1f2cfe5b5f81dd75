using Floe.Domain.Adapters;
using static TorchSharp.torch;

namespace Floe.Effects.Models;

/// <summary>One frozen linear layer: views of its decoder layer's tensors, which belong to the present dispose scope until they are
/// kept.</summary>
/// <param name="Weight">[out, in].</param>
/// <param name="Bias">[out], or null.</param>
internal sealed record FrozenProjection(Tensor Weight, Tensor? Bias) : IDisposable
{
    /// <summary>A linear layer of a decoder layer.</summary>
    /// <param name="layer">The decoder layer.</param>
    /// <param name="projection">The linear layer.</param>
    /// <remarks>Tensor function: call it inside <c>TensorEdge</c>.</remarks>
    public static FrozenProjection Of(LayerWeights layer, Projection projection)
    {
        long neurons = layer.Config.Neurons;
        return projection switch
        {
            Projection.Query => Part(layer.Qkv, layer.QkvBias, 0, layer.QueryWidth),
            Projection.Key => Part(layer.Qkv, layer.QkvBias, layer.QueryWidth, layer.KeyWidth),
            Projection.Value => Part(layer.Qkv, layer.QkvBias, layer.QueryWidth + layer.KeyWidth, layer.KeyWidth),
            Projection.Output => Part(layer.Output, layer.OutputBias, 0, layer.Output.size(0)),
            Projection.Gate => Part(layer.GateUp, layer.GateUpBias, 0, neurons),
            Projection.Up => Part(layer.GateUp, layer.GateUpBias, neurons, neurons),
            _ => Part(layer.Down, layer.DownBias, 0, layer.Down.size(0)),
        };
    }

    /// <summary>The views past the dispose scope, to be disposed.</summary>
    public FrozenProjection Keep() => new(Weight.DetachFromDisposeScope(), Bias?.DetachFromDisposeScope());

    /// <summary>Frees the views, not what they are views of.</summary>
    public void Dispose()
    {
        Weight.Dispose();
        Bias?.Dispose();
    }

    private static FrozenProjection Part(Tensor weight, Tensor? bias, long start, long rows) =>
        new(weight.narrow(0, start, rows), bias?.narrow(0, start, rows));
}
