using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>The next rank to train, and why.</summary>
/// <param name="Rank">The rank.</param>
/// <param name="Reason">In a few words.</param>
/// <param name="Curves">What it was chosen by, over all ranks of the range; None where it was chosen without a model.</param>
public sealed record Proposal(int Rank, string Reason, Option<AcquisitionCurves> Curves);

/// <summary>The next point to train, and why.</summary>
/// <param name="Point">The point.</param>
/// <param name="Reason">In a few words.</param>
/// <param name="Curves">What each dimension was chosen by; empty where the point was chosen without densities.</param>
internal sealed record PointProposal(Point Point, string Reason, Arr<DimensionCurves> Curves)
{
    /// <summary>A point that was chosen without densities.</summary>
    /// <param name="point">The point.</param>
    /// <param name="reason">In a few words.</param>
    internal static PointProposal Without(Point point, string reason) => new(point, reason, Arr<DimensionCurves>.Empty);
}

/// <summary>The curves of one dimension.</summary>
/// <param name="Dimension">Its number in the space.</param>
/// <param name="Curves">A value a place.</param>
internal sealed record DimensionCurves(int Dimension, AcquisitionCurves Curves);

/// <summary>What a model-based proposal looked at, a value a rank of the range, ascending.</summary>
/// <param name="LogBelow">log l(r): the density of the good ranks.</param>
/// <param name="LogAbove">log g(r): the density of the others.</param>
/// <param name="Acquisition">log l(r) − log g(r), which grows with the expected improvement.</param>
public sealed record AcquisitionCurves(Arr<double> LogBelow, Arr<double> LogAbove, Arr<double> Acquisition)
{
    internal static AcquisitionCurves Of(Arr<double> below, Arr<double> above) =>
        new(below, above, toArray(below.Zip(above, (l, g) => l - g)));
}
