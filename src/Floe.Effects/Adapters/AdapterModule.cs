using Floe.Domain.Adapters;
using Floe.Effects.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>The adapter of one linear layer: trainable tensors and what they make of the layer's output.</summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal abstract class AdapterModule : IDisposable
{
    private protected AdapterModule()
    {
    }

    /// <summary>The trainable tensors in a fixed order.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>y of the adapted layer.</summary>
    /// <param name="x">[T, in], the layer's input.</param>
    /// <param name="y">[T, out], the frozen layer's output.</param>
    /// <param name="training">Whether dropout is on.</param>
    /// <returns>[T, out].</returns>
    internal abstract Tensor Apply(Tensor x, Tensor y, bool training);

    /// <summary>[P, out], rows of keys or values that stand before those of every sequence; null where there are none.</summary>
    internal virtual Tensor? Before => null;

    /// <summary>[P, d], embeddings that stand before those of every sequence; null where there are none.</summary>
    internal virtual Tensor? Embeddings => null;

    /// <summary>The tensors of a checkpoint, in the order of <see cref="AdapterKind.TensorsOn"/>.</summary>
    /// <param name="part">What is taken of each parameter: itself or its gradient.</param>
    internal virtual IReadOnlyList<Tensor> Stored(Func<Parameter, Tensor> part) => [.. Parameters.Select(part)];

    /// <summary>The weight that does the same alone, [out, in]; null where the input decides what is added, so that there is
    /// none.</summary>
    /// <param name="weight">The frozen weight, [out, in], float32.</param>
    internal abstract Tensor? Merged(Tensor weight);

    /// <summary>The bias that goes with <see cref="Merged"/>.</summary>
    /// <param name="bias">The frozen bias, [out], float32.</param>
    internal virtual Tensor MergedBias(Tensor bias) => bias;

    /// <summary>A [r, in] and B [*, r] of what is added to the weight, experts on top of one another; null for a kind without a
    /// rank.</summary>
    internal virtual (Tensor A, Tensor B)? Factors => null;

    /// <summary>The input of A, with elements dropped while training.</summary>
    private protected static Tensor Dropped(Tensor x, double dropout, bool training) =>
        training && dropout > 0.0 ? nn.functional.dropout(x, dropout, training: true) : x;

    /// <summary>Frees what a module holds besides its parameters.</summary>
    private protected virtual void Free()
    {
    }

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        Free();
        foreach (Parameter parameter in Parameters)
        {
            parameter.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
