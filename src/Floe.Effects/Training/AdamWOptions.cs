namespace Floe.Effects.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter, arXiv 1711.05101) and gradient clipping: p ← p·(1 − lr·decay), then the bias-corrected Adam step with ε
/// outside the root.
/// </summary>
/// <param name="Beta1">Decay of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay of the second moment, in [0, 1).</param>
/// <param name="Epsilon">ε, above 0.</param>
/// <param name="WeightDecay">Decoupled decay, at least 0; acts on every trainable tensor.</param>
/// <param name="ClipNorm">Gradients are scaled by min(1, ClipNorm / (‖g‖ + 1e-6)), ‖g‖ over all trainable tensors; 0 does not clip.</param>
internal sealed record AdamWOptions(
    double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0.0, double ClipNorm = 1.0);
