using System.Runtime.InteropServices;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Floe.Effects.Training;

/// <summary>AdamW over some trainable tensors, with its moments: one fused pass over each tensor; and what the adapter's kind does
/// beside it.</summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal sealed class Optimizer : IDisposable
{
    private readonly Tensor[] first, second;
    private readonly AdapterRule? rule;

    // Steps that each tensor has been moved by, [n], and the same numbers one by one.
    private readonly Tensor steps;
    private readonly Tensor[] each;

    /// <summary>Starts with zero moments.</summary>
    /// <param name="parameters">The trainable tensors, in an order that a resumed run repeats.</param>
    /// <param name="options">Betas, ε, decay and clipping.</param>
    /// <param name="rule">What the tensors' kind of adapter does in training, freed with this; null for nothing.</param>
    public Optimizer(IReadOnlyList<Parameter> parameters, AdamWOptions options, AdapterRule? rule = null)
    {
        (Parameters, Options, this.rule) = (parameters, options, rule);
        using IDisposable frozen = no_grad();
        first = [.. parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];
        second = [.. parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];
        steps = zeros(parameters.Count, ScalarType.Float32, parameters.Count > 0 ? parameters[0].device : CPU).DetachFromDisposeScope();
        each = [.. Enumerable.Range(0, parameters.Count).Select(i => steps.select(0, i).DetachFromDisposeScope())];
    }

    /// <summary>The trainable tensors.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Betas, ε, decay and clipping.</summary>
    public AdamWOptions Options { get; }

    /// <summary>The term of a step's loss that the kind of adapter adds; its gradient is added to that of the tensors.</summary>
    public double Penalty() => rule?.Penalty() ?? 0.0;

    /// <summary>Clips the gradients, moves the tensors that have one and zeroes the gradients.</summary>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="step">The step, from 0.</param>
    /// <returns>‖g‖ before clipping. Where it is not finite nothing has moved.</returns>
    public double Step(double learningRate, int step)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        int[] moved = [.. Enumerable.Range(0, Parameters.Count).Where(i => Parameters[i].grad is not null)];
        if (moved.Length == 0)
        {
            return 0.0;
        }

        Tensor[] gradients = [.. moved.Select(i => Parameters[i].grad!)];
        double norm = FusedAdamW.Norm(gradients);
        if (double.IsFinite(norm))
        {
            double share = Options.ClipNorm / (norm + 1e-6);
            if (Options.ClipNorm > 0 && share < 1.0)
            {
                FusedAdamW.Scale(gradients, share);
            }

            FusedAdamW.Move(
                [.. moved.Select(i => (Tensor)Parameters[i])], gradients, [.. moved.Select(i => first[i])], [
                    .. moved.Select(i => second[i])],
                [.. moved.Select(i => each[i])], learningRate, Options.Beta1, Options.Beta2, Options.WeightDecay, Options.Epsilon);
            rule?.Moved(step + 1);
        }

        FusedAdamW.Scale(gradients, 0.0);
        return norm;
    }

    /// <summary>The moments and step counts as bytes, for a checkpoint: little-endian float32, the counts, then first and second moment of
    /// each tensor, then what the kind of adapter keeps.</summary>
    public byte[] Save()
    {
        using MemoryStream bytes = new();
        foreach (Tensor tensor in State())
        {
            bytes.Write(MemoryMarshal.AsBytes(Tensors.Floats(tensor).AsSpan()));
        }

        return bytes.ToArray();
    }

    /// <summary>Takes moments and step counts from <see cref="Save"/> of an optimizer over tensors of the same shapes.</summary>
    /// <param name="state">The bytes; as many as this optimizer saves.</param>
    internal void Load(byte[] state)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        int at = 0;
        foreach (Tensor target in State())
        {
            int count = (int)target.numel();
            target.copy_(tensor(MemoryMarshal.Cast<byte, float>(state.AsSpan(at, count * sizeof(float))).ToArray(), target.shape));
            at += count * sizeof(float);
        }
    }

    /// <summary>Bytes that <see cref="Save"/> gives.</summary>
    internal long StateBytes => State().Sum(tensor => tensor.numel()) * sizeof(float);

    /// <summary>Frees the moments; the trainable tensors stay.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in Moments().Concat(each))
        {
            tensor.Dispose();
        }

        rule?.Dispose();
    }

    private IEnumerable<Tensor> State() => rule is null ? Moments() : Moments().Concat(rule.State);

    private IEnumerable<Tensor> Moments() => first.Zip(second, (m, v) => new[] { m, v }).SelectMany(pair => pair).Prepend(steps);
}
