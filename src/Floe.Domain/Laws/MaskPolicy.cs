using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Laws;

/// <summary>A way to choose units, a user's own or one of Floe's: scores and a budget in, masks out.</summary>
/// <param name="table">τ and t of every unit.</param>
/// <param name="budget">How much cost may be kept.</param>
/// <returns>Masks of the table's shape, or why there are none.</returns>
public delegate Either<FloeError, BinaryMasks> MaskPolicy(ScoreTable table, Budget budget);

/// <summary>What a unit costs in the budget that a policy keeps (method §4, §5).</summary>
public enum CostModel
{
    /// <summary>Its own t.</summary>
    Unit = 0,

    /// <summary>t_h for every head, t_f for every neuron.</summary>
    Scalar = 1,
}
