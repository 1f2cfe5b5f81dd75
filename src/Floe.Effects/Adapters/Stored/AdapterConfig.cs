using Floe.Domain;
using Floe.Domain.Adapters;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>Which modules an adapter configuration names.</summary>
internal abstract record TargetModules
{
    private TargetModules()
    {
    }

    /// <summary>Every linear layer of the decoder layers (<c>all-linear</c>).</summary>
    public sealed record AllLinear : TargetModules;

    /// <summary>What PEFT takes for the base model's architecture where nothing is named.</summary>
    public sealed record Usual : TargetModules;

    /// <summary>Modules whose path is one of these names or ends with a dot and one of them.</summary>
    /// <param name="Values">The names.</param>
    public sealed record Names(Arr<string> Values) : TargetModules;

    /// <summary>Modules whose whole path matches a regular expression.</summary>
    /// <param name="Expression">The expression.</param>
    public sealed record Pattern(string Expression) : TargetModules;
}

/// <summary>What an <c>adapter_config.json</c> of PEFT, HydraLoRA or LoRAMoE says.</summary>
/// <param name="Kind">The kind of adapter, as far as the configuration tells it.</param>
/// <param name="BaseModel">Name or path of the base model; empty where there is none.</param>
/// <param name="Rank">r.</param>
/// <param name="Alpha">α.</param>
/// <param name="Dropout">Probability of dropping an input of A while training.</param>
/// <param name="Experts"><c>lora_nums</c>; 1 where the kind knows none.</param>
/// <param name="RankStabilized"><c>use_rslora</c>.</param>
/// <param name="Targets"><c>target_modules</c>.</param>
/// <param name="Layers"><c>layers_to_transform</c>; none means every layer.</param>
/// <param name="RankPattern">Module pattern and r, in file order; the first that matches wins.</param>
/// <param name="AlphaPattern">Module pattern and α, in file order; the first that matches wins.</param>
/// <param name="ExpertPattern">Module pattern and number of experts. Floe's own key, for Hydra plans whose layers differ.</param>
internal sealed record AdapterConfig(
    AdapterKind Kind,
    string BaseModel,
    int Rank,
    double Alpha,
    double Dropout,
    int Experts,
    bool RankStabilized,
    TargetModules Targets,
    Option<Arr<int>> Layers,
    Arr<(string Pattern, int Value)> RankPattern,
    Arr<(string Pattern, double Value)> AlphaPattern,
    Arr<(string Pattern, int Value)> ExpertPattern)
{
    /// <summary><c>exclude_modules</c>: what is left out of <see cref="Targets"/>.</summary>
    public Option<TargetModules> Excluded { get; init; }

    /// <summary><c>layers_pattern</c>: names of the list of layers, as regular expressions; empty where any name will do.</summary>
    public Arr<string> LayersPattern { get; init; } = Arr<string>.Empty;

    /// <summary>What decides about the kind beside the configuration.</summary>
    public KindRule Rule { get; init; } = new();

    /// <summary>Whether <c>bias</c> asks for trained biases.</summary>
    public bool TrainsBiases { get; init; }
}

/// <summary>How a configuration's kind is settled once modules and tensors are known: it is the kind that the configuration says, unless a
/// kind's own rule says more.</summary>
internal record KindRule
{
    /// <summary>The kind.</summary>
    /// <param name="at">The configuration's path.</param>
    /// <param name="said">The kind that the configuration says.</param>
    /// <param name="modules">The modules that it adapts.</param>
    /// <param name="tensors">The names of the adapter's tensors.</param>
    public virtual Either<FloeError, AdapterKind> Settle(
        string at, AdapterKind said, IReadOnlyList<AdaptedModule> modules, IEnumerable<string> tensors) => said;
}
