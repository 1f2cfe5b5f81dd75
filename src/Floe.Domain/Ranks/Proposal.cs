using LanguageExt;

namespace Floe.Domain.Ranks;

/// <summary>The next rank to train, and why.</summary>
/// <param name="Rank">The rank.</param>
/// <param name="Reason">In a few words.</param>
/// <param name="Curves">What it was chosen by, over all ranks of the range; None where it was chosen without a model.</param>
public sealed record Proposal(int Rank, string Reason, Option<AcquisitionCurves> Curves);

/// <summary>What a model-based proposal looked at, a value a rank of the range, ascending.</summary>
/// <param name="LogBelow">log l(r): the density of the good ranks.</param>
/// <param name="LogAbove">log g(r): the density of the others.</param>
/// <param name="Acquisition">log l(r) − log g(r), which grows with the expected improvement.</param>
public sealed record AcquisitionCurves(Arr<double> LogBelow, Arr<double> LogAbove, Arr<double> Acquisition);
