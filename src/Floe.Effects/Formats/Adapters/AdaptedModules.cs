using System.Globalization;
using Floe.Domain;
using Floe.Domain.Adapters;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Adapters;

/// <summary>One adapted linear layer.</summary>
/// <param name="Layer">Decoder layer.</param>
/// <param name="Module">Its name.</param>
/// <param name="Rank">r.</param>
/// <param name="Alpha">α.</param>
/// <param name="Experts">Number of B matrices.</param>
internal readonly record struct AdaptedModule(int Layer, string Module, int Rank, double Alpha, int Experts);

/// <summary>Which modules of a decoder a configuration adapts, by PEFT's rules of matching, and the plan that this amounts to.</summary>
internal static class AdaptedModules
{
    /// <summary>The modules in order of layer, then of <see cref="DecoderLayout.Modules"/>.</summary>
    /// <param name="at">The configuration's path.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="model">The base model.</param>
    public static Either<FloeError, IReadOnlyList<AdaptedModule>> Select(string at, AdapterConfig config, DecoderConfig model) =>
        from layers in LayersOf(at, config, model)
        from matcher in Matcher($"{at}: target_modules", config)
        from ranks in Lookup($"{at}: rank_pattern", config.RankPattern, config.Rank)
        from alphas in Lookup($"{at}: alpha_pattern", config.AlphaPattern, config.Alpha)
        from counts in Lookup($"{at}: expert_pattern", config.ExpertPattern, config.Experts)
        from candidates in layers.SelectMany(layer => DecoderLayout.Modules.Select(module => (layer, module))).Each(place =>
            from path in Right<FloeError, string>(DecoderLayout.PathOf(place.layer, place.module))
            from wanted in matcher(path)
            from rank in ranks(path)
            from alpha in alphas(path)
            from count in counts(path)
            select (wanted, module: new AdaptedModule(place.layer, place.module, rank, alpha, count)))
        from some in Steps.Check(
            candidates.Any(c => c.wanted),
            () => new FloeError.BadData($"{at}: target_modules", $"modules of the base model ({string.Join(", ", DecoderLayout.Modules)})", "none of them", "Check that the adapter belongs to this model."))
        select (IReadOnlyList<AdaptedModule>)[.. candidates.Where(c => c.wanted).Select(c => c.module)];

    /// <summary>The plan of some modules. A plan has the same modules in each of its layers; anything else is refused.</summary>
    public static Either<FloeError, AdapterPlan> PlanOf(string at, AdapterKind kind, IReadOnlyList<AdaptedModule> modules, double alpha, double dropout, bool stabilized)
    {
        Arr<string> names = toArray(DecoderLayout.Modules.Where(name => modules.Any(m => m.Module == name)));
        IGrouping<int, AdaptedModule>[] layers = [.. modules.GroupBy(m => m.Layer).OrderBy(g => g.Key)];
        if (layers.Any(layer => layer.Count() != names.Count) || layers.Any(layer => layer.Select(m => m.Experts).Distinct().Count() > 1))
        {
            return new FloeError.Unsupported(at, "other modules or numbers of experts in some layers than in others", "the same modules in every adapted layer", "Use another adapter.");
        }

        return new AdapterPlan(kind, names, toArray(layers.Select(layer => new LayerAdapter(layer.Key, CommonRank(layer), layer.First().Experts))), alpha, dropout)
        {
            RankStabilized = stabilized,
            Overrides = toArray(layers.SelectMany(layer => layer
                .Where(m => m.Rank != CommonRank(layer) || m.Alpha != alpha)
                .Select(m => new ModuleOverride(m.Layer, m.Module, m.Rank, m.Alpha)))),
        };
    }

    /// <summary>The rank that most modules of a layer have, the first of them where there are several.</summary>
    private static int CommonRank(IEnumerable<AdaptedModule> layer) => layer.GroupBy(m => m.Rank).OrderByDescending(g => g.Count()).First().Key;

    private static Either<FloeError, IReadOnlyList<int>> LayersOf(string at, AdapterConfig config, DecoderConfig model) => config.Layers.Match(
        None: () => Right<FloeError, IReadOnlyList<int>>([.. Enumerable.Range(0, model.Layers)]),
        Some: layers => layers.Find(layer => layer >= model.Layers).Match(
            None: () => config.Targets is TargetModules.Pattern
                ? new FloeError.BadData($"{at}: layers_to_transform", "no list of layers beside a regular expression", $"{layers.Count} layers", "Say it in one of the two.")
                : Right<FloeError, IReadOnlyList<int>>([.. layers.Distinct().Order()]),
            Some: layer => new FloeError.BadData($"{at}: layers_to_transform", $"layers below {model.Layers}", $"{layer}", "Check that the adapter belongs to this model.")));

    private static Either<FloeError, Func<string, Either<FloeError, bool>>> Matcher(string at, AdapterConfig config) => config.Targets switch
    {
        TargetModules.AllLinear => Right<FloeError, Func<string, Either<FloeError, bool>>>(_ => true),
        TargetModules.Pattern pattern => ModulePattern.Compile(at, pattern.Expression).Map<Func<string, Either<FloeError, bool>>>(compiled => compiled.Matches),
        TargetModules.Names names => names.Values.Find(name => IsOutside(name)).Match<Either<FloeError, Func<string, Either<FloeError, bool>>>>(
            Some: name => new FloeError.Unsupported(at, $"an adapter on {name}", string.Join(", ", DecoderLayout.Modules), "Train the adapter without it."),
            None: () => Right<FloeError, Func<string, Either<FloeError, bool>>>(path =>
                names.Values.Exists(name => path == name || path.EndsWith("." + name, StringComparison.Ordinal)))),
        _ => Right<FloeError, Func<string, Either<FloeError, bool>>>(_ => false),
    };

    /// <summary>Whether a name is one of the weights outside the decoder layers that PEFT can adapt.</summary>
    private static bool IsOutside(string name) =>
        name is "embed_tokens" or "lm_head" || name.EndsWith(".embed_tokens", StringComparison.Ordinal) || name.EndsWith(".lm_head", StringComparison.Ordinal);

    /// <summary>PEFT's patterns: the first key that matches the path's end, from a dot on, gives the value.</summary>
    private static Either<FloeError, Func<string, Either<FloeError, T>>> Lookup<T>(string at, Arr<(string Pattern, T Value)> patterns, T otherwise) =>
        patterns.AsEnumerable().Each(p => ModulePattern.Compile(at, $@"(?:.*\.)?(?:{p.Pattern})").Map(compiled => (compiled, p.Value)))
            .Map<Func<string, Either<FloeError, T>>>(all => path =>
            {
                foreach ((ModulePattern compiled, T value) in all)
                {
                    if (compiled.Matches(path).Failed(out FloeError? error, out bool matches))
                    {
                        return error;
                    }

                    if (matches)
                    {
                        return value;
                    }
                }

                return otherwise;
            });
}
