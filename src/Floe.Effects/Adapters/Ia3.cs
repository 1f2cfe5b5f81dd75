using System.Text.Json.Nodes;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>IA³; see <see cref="AdapterKind.Ia3"/>.</summary>
internal static class Ia3
{
    /// <summary>As PEFT stores it.</summary>
    public static StoredForm Stored(AdapterKind.Ia3 kind) => new("IA3", _ => ["ia3_l"], (config, plan) =>
    {
        config["feedforward_modules"] = new JsonArray(
            [.. ForwardOf(kind, plan).Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]);
        config["init_ia3_weights"] = true;
    })
    {
        Usual = kind.UsualModules,
    };

    /// <summary>l of ones: the adapted model starts as the base model.</summary>
    public static TensorForm Tensors(AdapterKind.Ia3 kind) => new(
        (place, _) => [ones([.. kind.TensorsOn(place.Site).First().Shape.Select(side => side.Length)], ScalarType.Float32, CPU)],
        (place, tensors) => new Ia3Module(place.Trainable(tensors[0]), kind.ScalesInput(place.Site.Module), place.Frozen.Keep()));

    // PEFT asks that each of them stands in target_modules as it is, where both are lists.
    private static IEnumerable<string> ForwardOf(AdapterKind.Ia3 kind, AdapterPlan plan) => plan.Omitted.Count > 0
        ? plan.Sites.Where(site => kind.ScalesInput(site.Module)).Select(site => DecoderLayout.PathOf(site.Layer.Layer, site.Module))
        : plan.Modules.AsEnumerable().Where(kind.ScalesInput).Select(module => module.Name());
}

/// <summary>l ⊙ W x + bias, or W (l ⊙ x) + bias.</summary>
/// <param name="l">[out, 1], or [1, in].</param>
/// <param name="input">Whether the input is scaled.</param>
/// <param name="frozen">The linear layer.</param>
internal sealed class Ia3Module(Parameter l, bool input, FrozenProjection frozen) : AdapterModule
{
    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [l];

    /// <inheritdoc/>
    // Of a scaled input only what l changes is computed, so that l = 1 gives the base model to the last bit and a mask of the frozen weight
    // leaves the
    // adapter's part alone (method §2). A scaled output has its bias scaled too, as in PEFT.
    internal override Tensor Apply(Tensor x, Tensor y, bool training) => input
        ? y.add(FrozenLinear.Apply(x.mul(l.sub(1)), frozen.Weight))
        : y.mul(l.view(-1));

    /// <inheritdoc/>
    private protected override void Free() => frozen.Dispose();

    /// <summary>W with its rows or columns scaled.</summary>
    /// <param name="weight">W.</param>
    internal override Tensor Merged(Tensor weight) => weight.mul(l);

    /// <inheritdoc/>
    internal override Tensor MergedBias(Tensor bias) => input ? bias : bias.mul(l.view(-1));
}
