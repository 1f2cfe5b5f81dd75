using Floe.Effects.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Floe.Effects.Training;

/// <summary>AdamW over some trainable tensors, with its moments.</summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
public sealed class Optimizer : IDisposable
{
    private readonly AdamW inner;

    /// <summary>Starts with zero moments.</summary>
    /// <param name="parameters">The trainable tensors, in an order that a resumed run repeats.</param>
    /// <param name="options">Betas, ε, decay and clipping.</param>
    public Optimizer(IReadOnlyList<Parameter> parameters, AdamWOptions options)
    {
        (Parameters, Options) = (parameters, options);
        inner = optim.AdamW(parameters, beta1: options.Beta1, beta2: options.Beta2, eps: options.Epsilon, weight_decay: options.WeightDecay);
    }

    /// <summary>The trainable tensors.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Betas, ε, decay and clipping.</summary>
    public AdamWOptions Options { get; }

    /// <summary>Clips the gradients, moves the tensors and zeroes the gradients.</summary>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <returns>‖g‖ before clipping. Where it is not finite nothing has moved.</returns>
    public double Step(double learningRate)
    {
        using DisposeScope scope = NewDisposeScope();
        double norm = nn.utils.clip_grad_norm_(Parameters, Options.ClipNorm > 0 ? Options.ClipNorm : double.MaxValue);
        if (double.IsFinite(norm))
        {
            foreach (optim.ILearningRateController group in inner.ParamGroups)
            {
                group.LearningRate = learningRate;
            }

            inner.step();
        }

        inner.zero_grad();
        return norm;
    }

    /// <summary>The moments and step counts as bytes, for a checkpoint.</summary>
    public byte[] Save()
    {
        using MemoryStream bytes = new();
        using (BinaryWriter writer = new(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            inner.save_state_dict(writer);
        }

        return bytes.ToArray();
    }

    /// <summary>Takes moments and step counts from <see cref="Save"/> of an optimizer over tensors of the same shapes.</summary>
    /// <param name="state">The bytes.</param>
    public void Load(byte[] state)
    {
        using MemoryStream bytes = new(state, writable: false);
        using BinaryReader reader = new(bytes);
        inner.load_state_dict(reader);
    }

    /// <summary>Frees the moments; the trainable tensors stay.</summary>
    public void Dispose() => inner.Dispose();
}
