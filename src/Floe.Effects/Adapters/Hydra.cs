using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>HydraLoRA; see <see cref="AdapterKind.Hydra"/>.</summary>
internal static class Hydra
{
    /// <summary>Its form.</summary>
    public static AdapterForm Form(AdapterKind.Hydra _) => new(Stored, () => Tensors);

    /// <summary>As the HydraLoRA repository stores it.</summary>
    private static StoredForm Stored => new(
        "LORA", experts => [Lora.PartA, .. StoredForm.Numbered("lora_B", experts), "lora_route.weight"], LowRankKeys.OfExperts,
        (file, kind) => LowRankConfig.Read(file, kind).Map(config => config with { Rule = new LoraMoeRule() }))
    {
        Claims = LowRankConfig.HasExperts,
        Usual = Array(Projection.Query, Projection.Value),
        MatchesTails = true,
    };

    /// <summary>A and the router Kaiming uniform, A first, every B zero: the adapted model starts as the base model.</summary>
    public static TensorForm Tensors => new(
        (place, generator) =>
        {
            (long input, long output) = (place.Site.Module.Input(place.Site.Shape), place.Site.Module.Output(place.Site.Shape));
            Tensor a = ModulePlace.Uniform(place.Site.Rank, input, generator);
            Tensor router = ModulePlace.Uniform(place.Site.Experts, input, generator);
            return [a, .. Enumerable.Range(0, place.Site.Experts)
                .Select(_ => zeros(output, place.Site.Rank, ScalarType.Float32, CPU)), router];
        },
        (place, tensors) => new HydraModule(
            place.Trainable(tensors[0]), place.Trainable(cat(tensors[1..^1], 1)), place.Trainable(tensors[^1]), place.Scale,
                place.Dropout));
}

/// <summary>y + s Σ_i softmax(R x)_i B_i A x. The router reads the undropped input; A x is computed once for all experts.</summary>
/// <param name="a">[r, in].</param>
/// <param name="b">[out, M·r]: the experts' B_i side by side, so that all are applied in one product.</param>
/// <param name="router">R, [M, in].</param>
/// <param name="scale">s.</param>
/// <param name="dropout">On the input of A.</param>
internal sealed class HydraModule(Parameter a, Parameter b, Parameter router, double scale, double dropout) : AdapterModule
{
    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [a, b, router];

    /// <inheritdoc/>
    internal override Tensor Apply(Tensor x, Tensor y, bool training)
    {
        (Tensor inner, Tensor route) = training && dropout > 0.0
            ? (nn.functional.linear(Dropped(x, dropout, training), a), nn.functional.linear(x, router))
            : Joint(x);
        Tensor weighted = route.softmax(-1).mul(scale).unsqueeze(2).mul(inner.unsqueeze(1));
        return y.addmm(weighted.view(x.size(0), b.size(1)), b.t());
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<Tensor> Stored(Func<Parameter, Tensor> part) => [part(a), .. part(b).split(a.size(0), 1), part(router)];

    /// <inheritdoc/>
    internal override (Tensor A, Tensor B)? Factors => (a, cat(b.split(a.size(0), 1), 0));

    /// <summary>None: the weights of the experts follow the input.</summary>
    /// <param name="weight">W.</param>
    internal override Tensor? Merged(Tensor weight) => null;

    private (Tensor Inner, Tensor Route) Joint(Tensor x)
    {
        Tensor both = nn.functional.linear(x, cat([a, router], 0));
        return (both.narrow(1, 0, a.size(0)), both.narrow(1, a.size(0), router.size(0)));
    }
}
