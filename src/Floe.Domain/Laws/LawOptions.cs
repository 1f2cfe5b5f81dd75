using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Laws;

/// <summary>How a policy is tried.</summary>
/// <param name="Cases">Cases for each law, at least 1.</param>
/// <param name="Seed">Seed of the cases; the same seed gives the same cases on every platform.</param>
public sealed record LawOptions(int Cases = 200, ulong Seed = 42)
{
    /// <summary>What a unit costs in the budget that the policy keeps.</summary>
    public CostModel Costs { get; init; } = CostModel.Unit;

    /// <summary>What the policy is never worse than; without one, keeping units in table order while they fit.</summary>
    public Option<Baseline> Baseline { get; init; } = None;

    /// <summary>Laws that this policy need not satisfy, by name (<see cref="LawNames"/>).</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>The laws to try, by name; all of them where the list is empty.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>A table whose rows make the cases, in place of drawn scores.</summary>
    public Option<ScoreTable> Table { get; init; } = None;
}
