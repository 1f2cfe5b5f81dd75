using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using LanguageExt;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>LoRAMoE; see <see cref="AdapterKind.LoraMoe"/>.</summary>
internal static class LoraMoe
{
    /// <summary>Its form.</summary>
    public static AdapterForm Form(AdapterKind.LoraMoe _) => new(Stored, () => Tensors);

    /// <summary>As the LoRAMoE repository stores it.</summary>
    private static StoredForm Stored => new(
        "LORA",
        experts => [.. StoredForm.Numbered("lora_A", experts), .. StoredForm.Numbered("lora_B", experts), "lora_route.weight"],
        LowRankKeys.OfExperts,
        LowRankConfig.Read)
    {
        Claims = static _ => false,
        Usual = Array(Projection.Query, Projection.Value),
        MatchesTails = true,
    };

    /// <summary>Every A, then the router, Kaiming uniform, every B zero: the adapted model starts as the base model.</summary>
    public static TensorForm Tensors => new(
        (place, generator) =>
        {
            (long input, long output) = (place.Site.Module.Input(place.Site.Shape), place.Site.Module.Output(place.Site.Shape));
            Tensor[] a = [.. Enumerable.Range(0, place.Site.Experts).Select(_ => ModulePlace.Uniform(place.Site.Rank, input, generator))];
            Tensor router = ModulePlace.Uniform(place.Site.Experts, input, generator);
            return [.. a, .. a.Select(_ => zeros(output, place.Site.Rank, ScalarType.Float32, CPU)), router];
        },
        (place, tensors) => new LoraMoeModule(
            place.Trainable(cat(tensors[..place.Site.Experts], 0)),
            place.Trainable(cat(tensors[place.Site.Experts..^1], 1)),
            place.Trainable(tensors[^1]),
            place.Scale,
            place.Dropout));
}

/// <summary>LoRAMoE's configuration is HydraLoRA's; its tensors have an A for each expert.</summary>
internal sealed record LoraMoeRule : KindRule
{
    /// <inheritdoc/>
    public override Either<FloeError, AdapterKind> Settle(
        string at, AdapterKind said, IReadOnlyList<AdaptedModule> modules, IEnumerable<string> tensors) =>
        tensors.Any(name => name.Contains(".lora_A0.", StringComparison.Ordinal)) ? new AdapterKind.LoraMoe() : said;
}

/// <summary>y + s Σ_i softmax(R x)_i B_i A_i x. The router reads the undropped input; one product holds all A, one all B.</summary>
/// <param name="a">[M·r, in]: the experts' A_i on top of one another.</param>
/// <param name="b">[out, M·r]: the experts' B_i side by side.</param>
/// <param name="router">R, [M, in].</param>
/// <param name="scale">s.</param>
/// <param name="dropout">On the input of A.</param>
internal sealed class LoraMoeModule(Parameter a, Parameter b, Parameter router, double scale, double dropout) : AdapterModule
{
    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [a, b, router];

    /// <inheritdoc/>
    internal override Tensor Apply(Tensor x, Tensor y, bool training)
    {
        (long tokens, long experts) = (x.size(0), router.size(0));
        Tensor inner = nn.functional.linear(Dropped(x, dropout, training), a).view(tokens, experts, a.size(0) / experts);
        Tensor weighted = nn.functional.linear(x, router).softmax(-1).mul(scale).unsqueeze(2).mul(inner);
        return y.addmm(weighted.view(tokens, a.size(0)), b.t());
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<Tensor> Stored(Func<Parameter, Tensor> part)
    {
        long rank = a.size(0) / router.size(0);
        return [.. part(a).split(rank, 0), .. part(b).split(rank, 1), part(router)];
    }

    /// <inheritdoc/>
    internal override (Tensor A, Tensor B)? Factors => (a, b);

    /// <summary>None: the weights of the experts follow the input.</summary>
    /// <param name="weight">W.</param>
    internal override Tensor? Merged(Tensor weight) => null;
}
