using Floe.Domain.Masks.Search;
using LanguageExt;

namespace Floe.Domain.Masks;

/// <summary>The forms of refinement (method §5).</summary>
public enum RefinementForm
{
    /// <summary>Repair, exchange and fill by each unit's own cost.</summary>
    Exchange = 0,

    /// <summary>The same by t_h and t_f, exchanging only heads with neurons.</summary>
    Scalar = 1,

    /// <summary>Algorithm 2 as printed, on the masked set.</summary>
    Literal = 2,

    /// <summary>No refinement.</summary>
    None = 3,

    /// <summary>The best masks under each unit's own cost, or the best found within a limit of work (<see cref="ExactSearch"/>).</summary>
    Exact = 4,
}

/// <summary>Refined masks and what was done to get them.</summary>
/// <param name="Masks">The refined masks.</param>
/// <param name="SlackBefore">C − cost of the set at first.</param>
/// <param name="Repaired">Units masked because the budget was broken.</param>
/// <param name="Swaps">Exchanges, in the order they were made.</param>
/// <param name="CrossSwaps">Exchanges of a head with a neuron.</param>
/// <param name="Passes">Passes over layers, the last one of each layer without a swap.</param>
/// <param name="Filled">Units kept at the end because they still fitted.</param>
/// <param name="Slack">C − cost of the set at the end.</param>
public sealed record RefinementResult(
    BinaryMasks Masks, double SlackBefore, int Repaired, Arr<UnitSwap> Swaps, int CrossSwaps, int Passes, int Filled, double Slack);
