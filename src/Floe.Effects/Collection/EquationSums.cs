using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Effects.Engine;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>
/// The tuning equations of one component, added up over tokens (method §6): for units with activations u_i(t) and weights W_i, a column of
/// A is W_i u_i. A itself is never formed: AᵀA = blocks of (uᵀu) ⊙ (WᵀW), Aᵀb = Σ_t u_t ⊙ (Wᵀ b_t). All in float64.
/// </summary>
/// <remarks>Tensor functions: call them inside <c>TensorEdge</c>.</remarks>
internal sealed class EquationSums : IDisposable
{
    private readonly long width;
    private readonly Tensor columns;
    private readonly Tensor weight;
    private readonly Tensor gram;
    private readonly Tensor rhs;

    /// <summary>Empty sums.</summary>
    /// <param name="projection">[d, units·width], o_proj or down_proj.</param>
    /// <param name="width">Columns a unit: hd for heads, 1 for neurons.</param>
    /// <param name="units">The units whose equations are wanted, ascending.</param>
    public EquationSums(Tensor projection, long width, IReadOnlyList<int> units)
    {
        using DisposeScope scope = NewDisposeScope();
        this.width = width;
        Count = units.Count;
        long[] at = [.. units.SelectMany(unit => Enumerable.Range(0, (int)width).Select(i => (unit * width) + i))];
        columns = tensor(at, [at.Length]).to(projection.device).DetachFromDisposeScope();
        weight = projection.index_select(1, columns).to(ScalarType.Float64).DetachFromDisposeScope();
        gram = zeros(at.Length, at.Length, ScalarType.Float64, projection.device).DetachFromDisposeScope();
        rhs = zeros(at.Length, ScalarType.Float64, projection.device).DetachFromDisposeScope();
    }

    /// <summary>Number of units.</summary>
    public int Count { get; }

    /// <summary>‖b‖² so far.</summary>
    public double TargetSquared { get; private set; }

    /// <summary>Tokens so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>Adds tokens.</summary>
    /// <param name="activations">[T, all units·width], the input of the projection.</param>
    /// <param name="target">[T, d], b.</param>
    public void Add(Tensor activations, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor b = target.to(ScalarType.Float64);
        TargetSquared += b.square().sum().item<double>();
        Tokens += activations.size(0);
        if (Count == 0)
        {
            return;
        }

        Tensor u = activations.index_select(1, columns).to(ScalarType.Float64);
        gram.add_(u.t().mm(u));
        rhs.add_(u.mul(b.mm(weight)).sum(0L));
    }

    /// <summary>The equations, in the units' order.</summary>
    public Either<FloeError, NormalEquations> ToEquations()
    {
        using DisposeScope scope = NewDisposeScope();
        if (Count == 0)
        {
            return NormalEquations.Create([], [], TargetSquared, Tokens);
        }

        double[] whole = Tensors.Doubles(gram.mul(weight.t().mm(weight)).view(Count, width, Count, width).sum([1L, 3L]));
        double[] packed = new double[NormalEquations.Packed(Count, Count, Count)];
        for (int i = 0; i < Count; i++)
        {
            whole.AsSpan((i * Count) + i, Count - i).CopyTo(packed.AsSpan((int)NormalEquations.Packed(Count, i, i)));
        }

        return NormalEquations.Create(packed, Tensors.Doubles(rhs.view(Count, width).sum(1L)), TargetSquared, Tokens);
    }

    /// <summary>Frees the sums.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in new[] { columns, weight, gram, rhs })
        {
            tensor.Dispose();
        }
    }
}
