using static TorchSharp.torch;

namespace Floe.Effects.Engine;

/// <summary>The optimizer's passes over lists of tensors, one call each whatever their number.</summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>, without gradients.</remarks>
internal static class FusedAdamW
{
    /// <summary>‖g‖₂ over all tensors together.</summary>
    /// <param name="gradients">At least one.</param>
    public static double Norm(Tensor[] gradients) => EngineText.Run("norm", (object)gradients).item<float>();

    /// <summary>Multiplies every tensor in place.</summary>
    /// <param name="tensors">At least one.</param>
    /// <param name="factor">The factor; 0 gives zeros, whatever was there.</param>
    public static void Scale(Tensor[] tensors, double factor) => EngineText.Run(factor == 0.0 ? "zero" : "scale", tensors, factor);

    /// <summary>
    /// One step of AdamW (PyTorch's <c>torch.optim.AdamW(fused=True)</c>): the counts go up by one, p ← p·(1 − lr·decay), then the
    /// bias-corrected Adam step with ε outside the root.
    /// </summary>
    /// <param name="parameters">Tensors to move.</param>
    /// <param name="gradients">One each, of its shape; so are the moments.</param>
    /// <param name="first">First moments.</param>
    /// <param name="second">Second moments.</param>
    /// <param name="steps">Steps that each has done, scalars.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="decay">Weight decay.</param>
    /// <param name="epsilon">ε.</param>
    public static void Move(
        Tensor[] parameters, Tensor[] gradients, Tensor[] first, Tensor[] second, Tensor[] steps,
        double rate, double beta1, double beta2, double decay, double epsilon) =>
        EngineText.Run("adamw", parameters, gradients, first, second, steps, rate, beta1, beta2, decay, epsilon);
}
