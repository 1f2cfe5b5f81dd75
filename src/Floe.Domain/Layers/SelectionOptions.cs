using Floe.Domain.Masks;

namespace Floe.Domain.Layers;

/// <summary>Everything that decides a selection, apart from the scores.</summary>
public sealed record SelectionOptions : MaskSearchOptions
{
    /// <summary>How a layer's components weigh.</summary>
    public ComponentWeights Weights { get; init; } = ComponentWeights.Equal;

    /// <summary>By what layers are ranked.</summary>
    public Policy Policy { get; init; } = new Policy.Fisher();

    /// <summary>How many layers are taken; half of them by default.</summary>
    public LayerChoice Choice { get; init; } = new LayerChoice.Share(0.5);
}

/// <summary>The whole outcome of a selection: what masks.parquet and layers.parquet hold.</summary>
/// <param name="Options">The options it came from.</param>
/// <param name="Search">Binary masks, budget, cost, bound.</param>
/// <param name="Masks">The masks that importance was computed from: binary, or tuned.</param>
/// <param name="Importance">s_k, sparsities, and which masks they are from.</param>
/// <param name="Layers">The policy's ranking and the chosen layers.</param>
/// <param name="LayerFisher">Σ τ of every layer.</param>
/// <param name="LayerTaylor">Σ t of every layer.</param>
public sealed record SelectionResult(
    SelectionOptions Options,
    MaskSearch Search,
    UnitMasks Masks,
    LayerImportance Importance,
    ChosenLayers Layers,
    LanguageExt.Arr<double> LayerFisher,
    LanguageExt.Arr<double> LayerTaylor);
