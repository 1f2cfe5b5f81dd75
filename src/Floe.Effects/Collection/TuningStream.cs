using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>The two residual streams of one micro-batch: unmasked, and with the tuned masks of all components so far.</summary>
internal sealed class TuningStream(BatchTensors batch, Tensor teacher, Tensor student) : IDisposable
{
    public BatchTensors Batch { get; } = batch;

    /// <summary>x, [T, d], in the all-ones model.</summary>
    public Tensor Teacher { get; set; } = teacher;

    /// <summary>x′, [T, d].</summary>
    public Tensor Student { get; set; } = student;

    /// <summary>Activations of the component at hand on x′, [T, units·width].</summary>
    public Tensor? Units { get; set; }

    public static TuningStream Start(Decoder model, TokenBatch batch)
    {
        BatchTensors tensors = BatchTensors.Of(model, batch);
        Tensor x = DecoderPass.Embed(model, tensors).DetachFromDisposeScope();
        return new TuningStream(tensors, x, x.clone().DetachFromDisposeScope());
    }

    public void Dispose()
    {
        Batch.Dispose();
        Teacher.Dispose();
        Student.Dispose();
        Units?.Dispose();
    }
}

/// <summary>One component of one layer during tuning.</summary>
/// <param name="Layer">Weights.</param>
/// <param name="Adapters">The layer's modules.</param>
/// <param name="Kind">Heads or neurons.</param>
internal sealed record TuningComponent(LayerWeights Layer, LayerAdapters? Adapters, Component Kind)
{
    /// <summary>[d, units·width].</summary>
    public Tensor Projection => Kind == Component.Head ? Layer.Output : Layer.Down;

    /// <summary>Columns a unit.</summary>
    public long Width => Kind == Component.Head ? Layer.Config.HeadDim : 1;

    private Tensor? BranchNorm => Kind == Component.Head ? Layer.AttentionBranchNorm : Layer.MlpBranchNorm;

    /// <summary>Empty sums of the component's equations. Where its output passes through a norm, the norm's gain is part of the
    /// projection.</summary>
    /// <param name="units">The units whose equations are wanted, ascending.</param>
    public EquationSums Sums(IReadOnlyList<int> units)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor gained = BranchNorm is null ? Projection : Projection.mul(DecoderLayer.Gain(BranchNorm, Layer.Config).unsqueeze(1));
        return new EquationSums(gained, Width, units);
    }

    /// <summary>
    /// Adds a micro-batch's equations and moves its unmasked stream past the component. Adapters' outputs on the masked projection are
    /// constants: they are in b.
    /// </summary>
    public void Collect(TuningStream stream, bool[] kept, TuningMode mode, EquationSums sums)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor teacherUnits = Activations(stream, stream.Teacher);
        Tensor studentUnits = mode == TuningMode.Teacher ? teacherUnits : Activations(stream, stream.Student);
        Tensor after = stream.Teacher.add(Output(stream, teacherUnits, null));
        double[] binary = [.. kept.Select(k => k ? 1.0 : 0.0)];
        Tensor target = mode switch
        {
            TuningMode.Retained or TuningMode.Ancestor => after.sub(stream.Student.add(Output(stream, studentUnits, binary))),
            TuningMode.Printed => stream.Teacher.sub(stream.Student)
                .add(Frozen(stream, teacherUnits, binary)).sub(Frozen(stream, studentUnits, binary)),
            _ => zeros_like(after),
        };
        sums.Add(Linear(stream, studentUnits, mode == TuningMode.Teacher ? null : binary), target);
        stream.Teacher.Dispose();
        stream.Teacher = after.DetachFromDisposeScope();
        stream.Units = mode == TuningMode.Teacher ? null : studentUnits.DetachFromDisposeScope();
    }

    /// <summary>Moves the masked streams past the component with its final masks.</summary>
    public void Advance(TuningStream[] streams, ReadOnlySpan<double> masks, TuningMode mode)
    {
        if (mode == TuningMode.Teacher)
        {
            return;
        }

        foreach (TuningStream stream in streams)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor after = stream.Student.add(Output(stream, stream.Units!, masks)).DetachFromDisposeScope();
            stream.Student.Dispose();
            stream.Units!.Dispose();
            (stream.Student, stream.Units) = (after, null);
        }
    }

    private Tensor Activations(TuningStream stream, Tensor x) => Kind == Component.Head
        ? DecoderLayer.AttentionUnits(Layer, x, new LayerContext(stream.Batch, Adapters))
        : DecoderLayer.MlpUnits(Layer, x, new LayerContext(stream.Batch, Adapters));

    // Activations whose product with the projection is what the component adds. A norm on its output would make that no linear function of
    // the masks: what it divides by is held at its value under the binary masks.
    private Tensor Linear(TuningStream stream, Tensor units, ReadOnlySpan<double> binary)
    {
        if (BranchNorm is null)
        {
            return units;
        }

        LayerContext context = Context(stream, binary, Adapters);
        Tensor before = Kind == Component.Head
            ? DecoderLayer.AttentionProjection(Layer, units, context)
            : DecoderLayer.MlpProjection(Layer, units, context);
        return units.mul(DecoderLayer.InverseRms(before, Layer.Config));
    }

    private Tensor Output(TuningStream stream, Tensor units, ReadOnlySpan<double> masks) => Project(stream, units, masks, Adapters);

    private Tensor Frozen(TuningStream stream, Tensor units, ReadOnlySpan<double> masks) => Project(stream, units, masks, null);

    private Tensor Project(TuningStream stream, Tensor units, ReadOnlySpan<double> masks, LayerAdapters? adapters)
    {
        LayerContext context = Context(stream, masks, adapters);
        return Kind == Component.Head ? DecoderLayer.AttentionOutput(Layer, units, context) : DecoderLayer.MlpOutput(Layer, units, context);
    }

    private LayerContext Context(TuningStream stream, ReadOnlySpan<double> masks, LayerAdapters? adapters)
    {
        Tensor? mask = masks.IsEmpty ? null : tensor(masks.ToArray(), [masks.Length], ScalarType.Float32).to(stream.Batch.Device);
        LayerMasks? layer = mask is null ? null : Kind == Component.Head ? new LayerMasks(mask, null) : new LayerMasks(null, mask);
        return new LayerContext(stream.Batch, adapters, layer);
    }
}
