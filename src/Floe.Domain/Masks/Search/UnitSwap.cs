namespace Floe.Domain.Masks.Search;

/// <summary>One exchange of two units of a layer.</summary>
/// <param name="Leaving">Position of the unit that leaves the set (kept for <c>exchange</c> and <c>scalar</c>, masked for
/// <c>literal</c>).</param>
/// <param name="Entering">Position of the unit that enters it.</param>
public readonly record struct UnitSwap(int Leaving, int Entering);
