using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>How a kind of adapter is stored: the names of its tensors and what its configuration says.</summary>
/// <param name="Type"><c>peft_type</c>.</param>
/// <param name="Parts">
/// Names of the tensors on a linear layer behind its path, in the order of <see cref="AdapterKind.TensorsOn"/>, for a number of experts.
/// </param>
/// <param name="Describe">Adds the keys that only this kind has to a configuration.</param>
/// <param name="Read">What a configuration says of an adapter of this kind: the reverse of <paramref name="Describe"/>.</param>
internal sealed record StoredForm(
    string Type,
    Func<int, IReadOnlyList<string>> Parts,
    Action<JsonObject, AdapterPlan> Describe,
    Func<StoredConfig, AdapterKind, Either<FloeError, AdapterConfig>> Read)
{
    /// <summary>Whether a configuration of this <c>peft_type</c> is of this kind, where several kinds share the type.</summary>
    public Func<Settings, bool> Claims { get; init; } = static _ => true;

    /// <summary>Another <c>peft_type</c> whose checkpoints hold the same; written is <see cref="Type"/>.</summary>
    public string? Also { get; init; }

    /// <summary>The one tensor that all tensors of a plan are stored in; null where each stands by itself.</summary>
    public JoinedTensor? Joined { get; init; }

    /// <summary>Adds the keys that follow from the base model.</summary>
    public Action<JsonObject, AdapterPlan, DecoderConfig>? OfModel { get; init; }

    /// <summary>The modules that PEFT adapts in LLaMA's family unless told otherwise.</summary>
    public required Arr<Projection> Usual { get; init; }

    /// <summary>Whether the loader of this kind knows <c>layers_to_transform</c>; without it a regular expression says the
    /// layers.</summary>
    public bool ListsLayers { get; init; }

    /// <summary>Whether a name of <c>target_modules</c> matches the end of a path wherever it starts, as in HydraLoRA's own loader, and not
    /// from a dot on.</summary>
    public bool MatchesTails { get; init; }

    /// <summary>Numbered parts: <c>lora_B0.weight</c>, <c>lora_B1.weight</c> and so on.</summary>
    public static IEnumerable<string> Numbered(string part, int experts) => Enumerable.Range(0, experts).Select(i => $"{part}{i}.weight");
}
