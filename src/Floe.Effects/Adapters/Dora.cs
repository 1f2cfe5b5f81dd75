using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>DoRA; see <see cref="AdapterKind.Dora"/>.</summary>
internal static class Dora
{
    /// <summary>Its form.</summary>
    public static AdapterForm Form(AdapterKind.Dora _) => new(Stored, () => Tensors);

    /// <summary>As PEFT stores it.</summary>
    private static StoredForm Stored => new(
        "LORA", _ => [Lora.PartA, Lora.PartB, "lora_magnitude_vector"], (config, plan) => LowRankKeys.OfPeft(config, plan, dora: true),
        LowRankConfig.Read)
    {
        Claims = LowRankConfig.IsDora,
        Usual = Array(Projection.Query, Projection.Value),
        ListsLayers = true,
    };

    /// <summary>A and B as LoRA's, m the norms of W's rows: the adapted model starts as the base model.</summary>
    public static TensorForm Tensors => new(
        (place, generator) => [.. Lora.Tensors.Start(place, generator), Rows.SquaredNorms(place.Frozen.Weight).sqrt().to(CPU)],
        (place, tensors) => new DoraModule(place.Trainable(tensors[0]), place.Trainable(tensors[1]), place.Trainable(tensors[2]), place));

    /// <summary>What DoRA measures of the rows of a weight.</summary>
    internal static class Rows
    {
        /// <summary>‖W_i‖² of every row.</summary>
        public static Tensor SquaredNorms(Tensor weight)
        {
            using IDisposable frozen = no_grad();
            return weight.to(ScalarType.Float32).square().sum(1);
        }
    }
}

/// <summary>c ⊙ (W x + s B A x) + bias with c = m / ‖W + s B A‖, the norm over a row and constant in the gradient.</summary>
internal sealed class DoraModule : AdapterModule
{
    private readonly Parameter a, b, magnitude;
    private readonly FrozenProjection frozen;
    private readonly double scale, dropout;
    private readonly Tensor squares;

    /// <summary>The module of A [r, in], B [out, r] and m [out].</summary>
    public DoraModule(Parameter a, Parameter b, Parameter magnitude, ModulePlace place)
    {
        (this.a, this.b, this.magnitude) = (a, b, magnitude);
        (frozen, scale, dropout) = (place.Frozen.Keep(), place.Scale, place.Dropout);
        Parameters = [a, b, magnitude];
        squares = Dora.Rows.SquaredNorms(frozen.Weight).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    internal override Tensor Apply(Tensor x, Tensor y, bool training)
    {
        Tensor factor = magnitude.div(Norms());
        Tensor kept = Dropped(x, dropout, training);
        Tensor added = nn.functional.linear(nn.functional.linear(kept, a), b).mul(factor.mul(scale));

        // With dropout PEFT scales what the frozen weight makes of the dropped input, and leaves the undropped product as it is.
        Tensor unbiased = ReferenceEquals(kept, x)
            ? frozen.Bias is null ? y : y.sub(frozen.Bias)
            : FrozenLinear.Apply(kept, frozen.Weight);
        return y.add(unbiased.mul(factor.sub(1))).add(added);
    }

    /// <inheritdoc/>
    internal override (Tensor A, Tensor B)? Factors => (a, b);

    /// <summary>c ⊙ (W + s B A), row by row.</summary>
    /// <param name="weight">W.</param>
    internal override Tensor Merged(Tensor weight) => weight.addmm(b, a, alpha: (float)scale).mul(magnitude.div(Norms()).unsqueeze(1));

    /// <inheritdoc/>
    private protected override void Free()
    {
        squares.Dispose();
        frozen.Dispose();
    }

    // ‖W_i + s B_i A‖² = ‖W_i‖² + 2 s B_i·(W Aᵀ)_i + s² B_i (A Aᵀ) B_iᵀ: no second matrix as large as W is made.
    private Tensor Norms()
    {
        using IDisposable constant = no_grad();
        Tensor crossed = FrozenLinear.Apply(a, frozen.Weight).t();
        Tensor inner = nn.functional.linear(b, a.mm(a.t()));
        return squares.add(crossed.mul(2 * scale).add(inner.mul(scale * scale)).mul(b).sum(1)).clamp_min(0).sqrt();
    }
}
