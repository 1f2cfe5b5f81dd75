using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Adapters;

/// <summary>IA³; see <see cref="AdapterKind.Ia3"/>.</summary>
internal static class Ia3
{
    private static readonly string[] Keys = ["feedforward_modules", "init_ia3_weights"];

    /// <summary>As PEFT stores it; l of ones: the adapted model starts as the base model.</summary>
    public static AdapterForm Form(AdapterKind.Ia3 kind) => new(
        new("IA3", _ => ["ia3_l"], (config, plan) => Describe(kind, config, plan), Read) { Usual = kind.UsualModules },
        () => new(
            (place, _) => [ones([.. kind.TensorsOn(place.Site).First().Shape.Select(side => side.Length)], ScalarType.Float32, CPU)],
            (place, tensors) => new Ia3Module(place.Trainable(tensors[0]), kind.ScalesInput(place.Site.Module), place.Frozen.Keep())));

    private static Either<FloeError, AdapterConfig> Read(StoredConfig file, AdapterKind kind)
    {
        file.Read.Refuse(file.Read.Flag("fan_in_fan_out", false), "fan_in_fan_out", "transposed weights", "false");
        string baseModel = file.BaseModel;
        return from sound in file.Only(Keys)
               from targets in file.Modules("target_modules")
               from excluded in file.Modules("exclude_modules")
               from forward in file.Modules("feedforward_modules")
               select new AdapterConfig(
                   kind, baseModel, 1, 1.0, 0.0, 1, false, targets.IfNone(() => new TargetModules.Usual()), None,
                   Arr<(string, int)>.Empty, Arr<(string, double)>.Empty, Arr<(string, int)>.Empty)
               {
                   Excluded = excluded,
                   Rule = forward.Match<KindRule>(some => new FeedForwardModules(some), () => new KindRule()),
               };
    }

    private static void Describe(AdapterKind.Ia3 kind, JsonObject config, AdapterPlan plan)
    {
        config["feedforward_modules"] = new JsonArray(
            [.. ForwardOf(kind, plan).Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]);
        config["init_ia3_weights"] = true;
    }

    // PEFT asks that each of them stands in target_modules as it is, where both are lists.
    private static IEnumerable<string> ForwardOf(AdapterKind.Ia3 kind, AdapterPlan plan) => plan.Omitted.Count > 0
        ? plan.Sites.Where(site => kind.ScalesInput(site.Module)).Select(site => DecoderLayout.PathOf(site.Layer.Layer, site.Module))
        : plan.Modules.AsEnumerable().Where(kind.ScalesInput).Select(module => module.Name());
}

/// <summary>The modules whose input is scaled: those of <c>feedforward_modules</c>, by PEFT's rule the end of a path wherever it
/// starts.</summary>
/// <param name="Modules">What the key says.</param>
internal sealed record FeedForwardModules(TargetModules Modules) : KindRule
{
    /// <inheritdoc/>
    public override Either<FloeError, AdapterKind> Settle(
        string at, AdapterKind said, IReadOnlyList<AdaptedModule> modules, IEnumerable<string> tensors)
    {
        string key = $"{at}: feedforward_modules";
        string[] paths = [.. modules.Select(m => DecoderLayout.PathOf(m.Layer, m.Module))];
        Either<FloeError, IReadOnlyList<ModuleKey>> keys = Modules switch
        {
            TargetModules.Names names => Right<FloeError, IReadOnlyList<ModuleKey>>([.. names.Values.Map(ModuleKey.Tail)]),
            TargetModules.Pattern pattern => ModuleKey.Pattern(key, pattern.Expression).Map<IReadOnlyList<ModuleKey>>(one => [one]),
            _ => Right<FloeError, IReadOnlyList<ModuleKey>>([]),
        };
        return from some in keys
               from first in ModuleKey.Match(key, some, paths, "a module that the adapter is on")
               let scaled = modules.Where((_, i) => first[i] >= 0).Select(m => m.Module).Distinct().Order().ToArray()
               from whole in Steps.Check(
                   !modules.Where((m, i) => first[i] < 0).Any(m => scaled.Contains(m.Module)),
                   () => new FloeError.Unsupported(
                       key, "modules whose input is scaled in some layers and whose output in others", "one way for a module in all layers",
                       "Use another adapter."))
               select (AdapterKind)new AdapterKind.Ia3(toArray(scaled));
    }
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
    // leaves the adapter's part alone (method §2). A scaled output has its bias scaled too, as in PEFT.
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
