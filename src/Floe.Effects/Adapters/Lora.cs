using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>LoRA; see <see cref="AdapterKind.Lora"/>.</summary>
internal static class Lora
{
    /// <summary>Its form.</summary>
    public static AdapterForm Form(AdapterKind.Lora _) => new(Stored, () => Tensors);

    /// <summary>PEFT's name of A.</summary>
    public const string PartA = "lora_A.weight";

    /// <summary>PEFT's name of B.</summary>
    public const string PartB = "lora_B.weight";

    /// <summary>As PEFT stores it.</summary>
    private static StoredForm Stored => new("LORA", _ => [PartA, PartB], (config, plan) => LowRankKeys.OfPeft(config, plan, dora: false),
        LowRankConfig.Read)
    {
        Claims = read => !LowRankConfig.IsDora(read) && !LowRankConfig.HasExperts(read),
        Usual = Array(Projection.Query, Projection.Value),
        ListsLayers = true,
    };

    /// <summary>A Kaiming uniform, B zero: the adapted model starts as the base model.</summary>
    public static TensorForm Tensors => new(
        (place, generator) =>
        [
            ModulePlace.Uniform(place.Site.Rank, place.Site.Module.Input(place.Site.Shape), generator),
            zeros(place.Site.Module.Output(place.Site.Shape), place.Site.Rank, ScalarType.Float32, CPU),
        ],
        (place, tensors) => new LoraModule(place.Trainable(tensors[0]), place.Trainable(tensors[1]), place.Scale, place.Dropout));
}

/// <summary>y + s B A x.</summary>
/// <param name="a">[r, in].</param>
/// <param name="b">[out, r].</param>
/// <param name="scale">s.</param>
/// <param name="dropout">On the input of A.</param>
internal sealed class LoraModule(Parameter a, Parameter b, double scale, double dropout) : AdapterModule
{
    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [a, b];

    /// <inheritdoc/>
    internal override Tensor Apply(Tensor x, Tensor y, bool training) =>
        y.addmm(nn.functional.linear(Dropped(x, dropout, training), a), b.t(), alpha: (float)scale);

    /// <inheritdoc/>
    internal override (Tensor A, Tensor B)? Factors => (a, b);

    /// <summary>W + s B A.</summary>
    /// <param name="weight">W.</param>
    internal override Tensor Merged(Tensor weight) => weight.addmm(b, a, alpha: (float)scale);
}
