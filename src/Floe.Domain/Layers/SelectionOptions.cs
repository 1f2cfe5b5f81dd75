using Floe.Domain.Masks;
using Floe.Domain.Scores;

namespace Floe.Domain.Layers;

/// <summary>Over what a budget is spent (method §4).</summary>
public enum SelectionScope
{
    /// <summary>One budget for the whole model.</summary>
    Global = 0,

    /// <summary>Each layer by itself, as a model of one layer: C_k = ρ Σ t over the layer, with the layer's own t_h and t_f.</summary>
    Layer = 1,
}

/// <summary>Everything that decides a selection, apart from the scores.</summary>
public sealed record SelectionOptions
{
    /// <summary>How much cost is kept; ρ = 0.5.</summary>
    public Budget Budget { get; init; } = Budget.Default;

    /// <summary>Over what the budget is spent.</summary>
    public SelectionScope Scope { get; init; } = SelectionScope.Global;

    /// <summary>How masks are found.</summary>
    public DeterminationForm Determination { get; init; } = DeterminationForm.Kept;

    /// <summary>How they are refined.</summary>
    public RefinementForm Refinement { get; init; } = RefinementForm.Exchange;

    /// <summary>The limit of <see cref="RefinementForm.Exact"/>: partial solutions to examine.</summary>
    public long ExactStates { get; init; } = ExactSearch.DefaultStates;

    /// <summary>How a layer's components weigh.</summary>
    public ComponentWeights Weights { get; init; } = ComponentWeights.Equal;

    /// <summary>By what layers are ranked.</summary>
    public Policy Policy { get; init; } = new Policy.Fisher();

    /// <summary>How many layers are taken; half of them by default.</summary>
    public LayerChoice Choice { get; init; } = new LayerChoice.Share(0.5);
}

/// <summary>Masks of the whole model and what they cost: the outcome of determination and refinement.</summary>
/// <param name="Budget">C.</param>
/// <param name="ScalarCosts">True where the budget was kept under t_h and t_f (refinement <c>scalar</c> or <c>none</c> after Algorithm 1), false where
/// under each unit's own t.</param>
/// <param name="Determined">The masks of determination.</param>
/// <param name="Refinement">The refined masks, with counts.</param>
/// <param name="Cost">Σ t over the kept units, by each unit's own t.</param>
/// <param name="Certificate">Kept Fisher and its upper bound under the same costs (method §11). For <c>literal</c>, whose budget is on the masked set, the
/// bound is Στ.</param>
public sealed record MaskSearch(
    double Budget, bool ScalarCosts, BinaryMasks Determined, RefinementResult Refinement, double Cost, Certificate Certificate)
{
    /// <summary>The final binary masks.</summary>
    public BinaryMasks Masks => Refinement.Masks;

    /// <summary>Στ over the kept units.</summary>
    public double KeptFisher => Certificate.Kept;
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
