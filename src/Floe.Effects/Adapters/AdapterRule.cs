using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>What a kind of adapter does while it is trained, beside the loss of the tokens.</summary>
/// <remarks>Tensor functions: call them inside <c>TensorEdge</c>.</remarks>
internal abstract class AdapterRule : IDisposable
{
    private protected AdapterRule()
    {
    }

    /// <summary>Tensors that a run which goes on needs, in a fixed order.</summary>
    public abstract IReadOnlyList<Tensor> State { get; }

    /// <summary>A term of the step's loss; its gradient is added to that of the parameters. Called once a step.</summary>
    public abstract double Penalty();

    /// <summary>Called after the parameters have moved, while their clipped gradients are still there.</summary>
    /// <param name="step">Steps done, from 1.</param>
    public abstract void Moved(int step);

    /// <summary>The adapter that training ends with, made of new parameters, to be disposed.</summary>
    public abstract AdapterSet Finished();

    /// <summary>Frees <see cref="State"/>.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in State)
        {
            tensor.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
