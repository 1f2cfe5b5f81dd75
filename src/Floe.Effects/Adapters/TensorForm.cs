using Floe.Domain.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>What a kind of adapter is in memory.</summary>
/// <param name="Start"> The values that training starts from, in the order of <see cref="AdapterKind.TensorsOn"/>, on the CPU: drawn from
/// one generator, so that a seed gives the same numbers everywhere.
/// </param>
/// <param name="Make">The module of such tensors.</param>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal sealed record TensorForm(Func<ModulePlace, Generator, Tensor[]> Start, Func<ModulePlace, Tensor[], AdapterModule> Make)
{
    /// <summary>What the kind does while it is trained, for a number of steps; null where that is nothing.</summary>
    public Func<AdapterSet, int, AdapterRule>? Rule { get; init; }
}

/// <summary>Where a module sits and what its plan says of it.</summary>
/// <param name="Site">The linear layer, rank and experts.</param>
/// <param name="Scale">s, α/r (α/√r for rsLoRA).</param>
/// <param name="Dropout">Probability of dropping an element of A's input while training.</param>
/// <param name="Frozen">The linear layer's own weight.</param>
internal sealed record ModulePlace(AdapterSite Site, double Scale, double Dropout, FrozenProjection Frozen)
{
    /// <summary>[V, d], the token embedding; null where only weights of linear layers are at hand.</summary>
    public Tensor? Embedding { get; init; }

    /// <summary>What the decoder multiplies an embedding by.</summary>
    public double EmbeddingScale { get; init; } = 1;

    /// <summary>A trainable copy of some values where the frozen weight is.</summary>
    public Parameter Trainable(Tensor values)
    {
        Parameter parameter = new(values.to(ScalarType.Float32).to(Frozen.Weight.device, copy: true));
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>Uniform in ±1/√columns: Kaiming uniform with a = √5.</summary>
    public static Tensor Uniform(long rows, long columns, Generator generator)
    {
        double bound = 1.0 / Math.Sqrt(columns);
        return empty(rows, columns, ScalarType.Float32, CPU).uniform_(-bound, bound, generator);
    }
}
