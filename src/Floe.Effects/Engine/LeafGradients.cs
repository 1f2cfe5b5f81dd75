using static TorchSharp.torch;

namespace Floe.Effects.Engine;

/// <summary>Gradients of an output with respect to leaves.</summary>
/// <remarks>
/// Tensor functions: call them inside <see cref="TensorEdge"/>. <c>autograd.grad</c> would do the same, but an error inside it, running out
/// of memory included, ends the process: TorchSharp 0.107 does not catch there. <c>backward</c> throws.
/// </remarks>
internal static class LeafGradients
{
    /// <summary>∂⟨output, upstream⟩/∂leaf of every leaf; zeros where the output does not depend on it. Other leaves of the graph get
    /// none.</summary>
    /// <param name="output">Any shape, with its graph, which is freed.</param>
    /// <param name="leaves">Leaves that require gradients and have none so far.</param>
    /// <param name="upstream">The output's shape.</param>
    /// <returns>One gradient a leaf, of the leaf's shape; in the caller's dispose scope.</returns>
    public static Tensor[] Of(Tensor output, IReadOnlyList<Tensor> leaves, Tensor upstream)
    {
        output.backward([upstream], inputs: [.. leaves]);
        return [.. leaves.Select(leaf => leaf.grad ?? zeros_like(leaf))];
    }
}
