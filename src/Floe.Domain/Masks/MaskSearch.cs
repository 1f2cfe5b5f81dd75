namespace Floe.Domain.Masks;

/// <summary>Over what a budget is spent (method §4).</summary>
public enum BudgetScope
{
    /// <summary>One budget for the whole model.</summary>
    Global = 0,

    /// <summary>Each layer by itself, as a model of one layer: C_k = ρ Σ t over the layer, with the layer's own t_h and t_f.</summary>
    Layer = 1,
}

/// <summary>Everything that decides the binary masks, apart from the scores.</summary>
public record MaskSearchOptions
{
    /// <summary>How much cost is kept; ρ = 0.5.</summary>
    public Budget Budget { get; init; } = Budget.Default;

    /// <summary>Over what the budget is spent.</summary>
    public BudgetScope Scope { get; init; } = BudgetScope.Global;

    /// <summary>How masks are found.</summary>
    public DeterminationForm Determination { get; init; } = DeterminationForm.Kept;

    /// <summary>How they are refined.</summary>
    public RefinementForm Refinement { get; init; } = RefinementForm.Exchange;

    /// <summary>The limit of <see cref="RefinementForm.Exact"/>: partial solutions to examine.</summary>
    public long ExactStates { get; init; } = ExactSearch.DefaultStates;
}

/// <summary>Masks of the whole model and what they cost: the outcome of determination and refinement.</summary>
/// <param name="Budget">C.</param>
/// <param name="ScalarCosts">True where the budget was kept under t_h and t_f (refinement <c>scalar</c> or <c>none</c> after Algorithm 1),
/// false where under each unit's own t.</param>
/// <param name="Determined">The masks of determination.</param>
/// <param name="Refinement">The refined masks, with counts.</param>
/// <param name="Cost">Σ t over the kept units, by each unit's own t.</param>
/// <param name="Certificate">Kept Fisher and its upper bound under the same costs (method §11). For <c>literal</c>, whose budget is on the
/// masked set, the bound is Στ.</param>
public sealed record MaskSearch(
    double Budget, bool ScalarCosts, BinaryMasks Determined, RefinementResult Refinement, double Cost, Certificate Certificate)
{
    /// <summary>The final binary masks.</summary>
    public BinaryMasks Masks => Refinement.Masks;

    /// <summary>Στ over the kept units.</summary>
    public double KeptFisher => Certificate.Kept;
}
