using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Adapters.Stored;

/// <summary>One adapted linear layer.</summary>
/// <param name="Layer">Decoder layer.</param>
/// <param name="Module">Its name.</param>
/// <param name="Rank">r.</param>
/// <param name="Alpha">α.</param>
/// <param name="Experts">Number of B matrices.</param>
internal readonly record struct AdaptedModule(int Layer, Projection Module, int Rank, double Alpha, int Experts);

/// <summary>Which modules of a decoder a configuration adapts, by PEFT's rules of matching, and the plan that this amounts to.</summary>
/// <remarks>
/// Source: PEFT's <c>check_target_module_exists</c> and <c>get_pattern_key</c> (0.9 to 0.21). Where PEFT ignores an entry that matches
/// nothing, this is an error.
/// </remarks>
internal static class AdaptedModules
{
    private const string OtherModel = "Check that the adapter belongs to this model.";

    /// <summary>The architectures for which PEFT adapts the usual modules unless told otherwise.</summary>
    private static readonly string[] UsualArchitectures = ["llama", "mistral", "gemma", "gemma2", "gemma3_text", "qwen2", "qwen3"];

    /// <summary>The modules in order of layer, then of <see cref="Projection"/>.</summary>
    /// <param name="at">The configuration's path.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="model">The base model.</param>
    public static Either<FloeError, IReadOnlyList<AdaptedModule>> Select(string at, AdapterConfig config, DecoderConfig model) =>
        from targets in TargetsOf(at, config, model)
        from excluded in ExcludedOf(at, config, model)
        from kept in InLayers(at, config, model, [.. targets.Where(place => !excluded.Contains(place.Path))])
        from ranks in Lookup($"{at}: rank_pattern", config.RankPattern, config.Rank, kept)
        from alphas in Lookup($"{at}: alpha_pattern", config.AlphaPattern, config.Alpha, kept)
        from counts in Lookup($"{at}: expert_pattern", config.ExpertPattern, config.Experts, kept)
        select (IReadOnlyList<AdaptedModule>)
            [.. kept.Select((place, i) => new AdaptedModule(place.Layer, place.Module, ranks[i], alphas[i], counts[i]))];

    /// <summary>The plan of some modules; the modules of a layer have one number of experts.</summary>
    public static Either<FloeError, AdapterPlan> PlanOf(
        string at, AdapterKind kind, IReadOnlyList<AdaptedModule> modules, double alpha, double dropout, bool stabilized)
    {
        return modules.GroupBy(m => m.Layer).Any(layer => layer.Select(m => m.Experts).Distinct().Count() > 1)
            ? new FloeError.Unsupported(
                at, "another number of experts in some modules of a layer than in others", "one number of experts a layer",
                "Use another adapter.")
            : Planned(kind, modules, alpha, dropout, stabilized);
    }

    /// <summary>The plan of modules that are known to fit one.</summary>
    internal static AdapterPlan Planned(
        AdapterKind kind, IReadOnlyList<AdaptedModule> modules, double alpha, double dropout, bool stabilized)
    {
        Arr<Projection> names = toArray(Projections.All.Where(name => modules.Any(m => m.Module == name)));
        IGrouping<int, AdaptedModule>[] layers = [.. modules.GroupBy(m => m.Layer).OrderBy(g => g.Key)];
        return new AdapterPlan(
            kind, names, toArray(layers.Select(layer => new LayerAdapter(layer.Key, CommonRank(layer), layer.First().Experts))), alpha,
            dropout)
        {
            RankStabilized = stabilized,
            Overrides = toArray(layers.SelectMany(layer => layer
                .Where(m => m.Rank != CommonRank(layer) || m.Alpha != alpha)
                .Select(m => new ModuleOverride(m.Layer, m.Module, m.Rank, m.Alpha)))),
            Omitted = toArray(layers.SelectMany(layer => names
                .Where(name => layer.All(m => m.Module != name))
                .Select(name => new OmittedModule(layer.Key, name)))),
        };
    }

    /// <summary>
    /// The LoRA modules that a file's tensors are of, where no configuration names them: those with an A or a B; r is the rows of A.
    /// </summary>
    /// <param name="at">The file.</param>
    /// <param name="model">The base model.</param>
    /// <param name="tensors">The tensors under <see cref="AdapterNames"/>.</param>
    /// <param name="alpha">α of all of them.</param>
    public static Either<FloeError, IReadOnlyList<AdaptedModule>> StoredIn(
        string at, DecoderConfig model, IReadOnlyDictionary<string, StoredTensor> tensors, double alpha)
    {
        AdaptedModule[] modules =
        [
            .. from place in ModulePaths.Linear(model)
               let a = tensors.GetValueOrDefault(AdapterNames.Of(place.Layer, place.Module, Lora.PartA))
               let b = tensors.GetValueOrDefault(AdapterNames.Of(place.Layer, place.Module, Lora.PartB))
               where a is not null || b is not null
               select new AdaptedModule(place.Layer, place.Module, Rows(a?.Shape ?? toArray(b!.Shape.Reverse())), alpha, 1),
        ];
        return modules.Length > 0
            ? modules
            : new FloeError.BadData(
                at, $"LoRA tensors of layers 0 to {model.Layers - 1}, as the base model has {model.Layers} layers",
                tensors.Count == 0 ? "none" : $"layer {tensors.Keys.Min(AdapterNames.LayerOf)} and above", OtherModel);
    }

    /// <summary>The first size of a shape; 1 where there is none, which the comparison with the plan refuses.</summary>
    private static int Rows(Arr<long> shape) => shape.IsEmpty ? 1 : (int)Math.Min(shape[0], int.MaxValue);

    /// <summary>The rank that most modules of a layer have, the first of them where there are several; 1 where nothing is left of most
    /// of them.</summary>
    private static int CommonRank(IEnumerable<AdaptedModule> layer) =>
        Math.Max(1, layer.GroupBy(m => m.Rank).OrderByDescending(g => g.Count()).First().Key);

    /// <summary>A linear layer, and whether a list of layers decides about it: it does not where its whole path is named.</summary>
    private sealed record Place(int Layer, Projection Module, string Path, bool Listed);

    private static Either<FloeError, IReadOnlyList<Place>> TargetsOf(string at, AdapterConfig config, DecoderConfig model)
    {
        string key = $"{at}: target_modules";
        IReadOnlyList<(int Layer, Projection Module, string Path)> linear = ModulePaths.Linear(model);
        if (config.Targets is TargetModules.AllLinear)
        {
            return Right<FloeError, IReadOnlyList<Place>>([.. linear.Select(p => new Place(p.Layer, p.Module, p.Path, true))]);
        }

        IReadOnlyList<string> others = ModulePaths.Others(model);
        string[] whole = config.Targets is TargetModules.Names names ? [.. names.Values.Where(name => name.Contains('.'))] : [];
        string known = $"modules of the base model ({Projections.Words})";
        return from keys in KeysOf(key, config.Targets, config.Kind, model.Architecture)
               from first in ModuleKey.Match(key, keys, [.. linear.Select(p => p.Path), .. others], known, needed: true)
               from inside in OnlyLinear(key, others.Zip(first.Skip(linear.Count)))
               select (IReadOnlyList<Place>)
                   [.. linear.Where((_, i) => first[i] >= 0).Select(p => new Place(p.Layer, p.Module, p.Path, !whole.Contains(p.Path)))];
    }

    private static Either<FloeError, Unit> OnlyLinear(string at, IEnumerable<(string Path, int Key)> others)
    {
        string? outside = others.Where(other => other.Key >= 0).Select(other => other.Path).FirstOrDefault();
        return outside is null ? unit : new FloeError.Unsupported(
            at, $"an adapter on {outside}", Projections.Words, "Train the adapter without it.");
    }

    private static Either<FloeError, IReadOnlySet<string>> ExcludedOf(string at, AdapterConfig config, DecoderConfig model)
    {
        string key = $"{at}: exclude_modules";
        IReadOnlyList<string> paths = [.. ModulePaths.Linear(model).Select(p => p.Path), .. ModulePaths.Others(model)];
        return config.Excluded.Match<Either<FloeError, IReadOnlySet<string>>>(
            None: () => Right<FloeError, IReadOnlySet<string>>(System.Collections.Immutable.ImmutableHashSet<string>.Empty),
            Some: excluded =>
                from keys in KeysOf(key, excluded, config.Kind, model.Architecture)
                from first in ModuleKey.Match(key, keys, paths, "modules of the base model")
                select (IReadOnlySet<string>)paths.Where((_, i) => first[i] >= 0).ToHashSet(StringComparer.Ordinal));
    }

    private static Either<FloeError, IReadOnlyList<ModuleKey>> KeysOf(
        string at, TargetModules modules, AdapterKind kind, string architecture) => modules switch
    {
        TargetModules.Names names => Right<FloeError, IReadOnlyList<ModuleKey>>(
            [.. names.Values.Map(name => AdapterForms.Stored(kind).MatchesTails ? ModuleKey.Tail(name) : ModuleKey.Name(name))]),
        TargetModules.Pattern pattern => ModuleKey.Pattern(at, pattern.Expression).Map<IReadOnlyList<ModuleKey>>(key => [key]),
        _ when UsualArchitectures.Contains(architecture) =>
            Right<FloeError, IReadOnlyList<ModuleKey>>(
                [.. AdapterForms.Stored(kind).Usual.Select(module => ModuleKey.Name(module.Name()))]),
        _ => new FloeError.BadData(
            at, $"names of modules, as PEFT has none of its own for {architecture}", "none", "Name the adapted modules."),
    };

    /// <summary>The modules of the layers that are listed, and those that are named by their whole path.</summary>
    private static Either<FloeError, IReadOnlyList<Place>> InLayers(
        string at, AdapterConfig config, DecoderConfig model, IReadOnlyList<Place> places) =>
        from layers in config.Layers.Map(list => list.Find(layer => layer >= model.Layers).Match(
            None: () => Right<FloeError, System.Collections.Generic.HashSet<int>>([.. list]),
            Some: layer => new FloeError.BadData(
                $"{at}: layers_to_transform", $"layers from 0 to {model.Layers - 1}, as the base model has {model.Layers}", $"{layer}",
                OtherModel)))
            .IfNone(() => Right<FloeError, System.Collections.Generic.HashSet<int>>([.. Enumerable.Range(0, model.Layers)]))
        from inList in config.LayersPattern.IsEmpty
            ? Right<FloeError, IReadOnlyList<int>>([.. places.Select(_ => 0)])
            : config.LayersPattern.AsEnumerable().Each(name => ModuleKey.Pattern($"{at}: layers_pattern", $@".*?\.(?:{name})\.\d+\..*"))
                .Map(keys => keys.Zip(config.LayersPattern, (key, name) => key with { Text = name }).ToList())
                .Bind(keys => ModuleKey.Match(
                    $"{at}: layers_pattern", keys, [.. places.Select(p => p.Path)], "the list of layers of an adapted module, \"layers\""))
        let kept = places.Where((place, i) => !place.Listed || (inList[i] >= 0 && layers.Contains(place.Layer))).ToList()
        from some in Steps.Check(
            kept.Count > 0,
            () => new FloeError.BadData(at, "modules to adapt", "none: all that target_modules names are left out again",
                "Check target_modules, exclude_modules and layers_to_transform."))
        select (IReadOnlyList<Place>)kept;

    /// <summary>PEFT's patterns: the first key that matches the path's end, from a dot on, gives the value.</summary>
    private static Either<FloeError, IReadOnlyList<T>> Lookup<T>(
        string at, Arr<(string Pattern, T Value)> patterns, T otherwise, IReadOnlyList<Place> places) =>
        from keys in patterns.AsEnumerable().Each(p => ModuleKey.Ending(at, p.Pattern))
        from first in ModuleKey.Match(at, keys, [.. places.Select(p => p.Path)], "a module that the adapter is on")
        select (IReadOnlyList<T>)[.. first.Select(key => key < 0 ? otherwise : patterns[key].Value)];
}
