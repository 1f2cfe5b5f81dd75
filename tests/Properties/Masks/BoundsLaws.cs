using System.Numerics;
using Floe.Domain.Masks;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Masks;

public sealed class BoundsLaws(ITestOutputHelper output)
{
    [Fact]
    public void NoMaskWithinTheBudgetKeepsMore() => Law.Check(output, Generators.Small, c =>
        Bounds.Relaxation(c.Order, c.Cost) >= Exact.Round(NaiveSearch.BestKept(c, c.Taylor, c.Cost)), c =>
            c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void DensityEndsWithinOneUnitOfTheBound() => Law.Check(output, Generators.Any, c =>
    {
        BinaryMasks masks = Determination.Run(c.Order, c.Cost, DeterminationForm.Density);
        Certificate certificate = Bounds.Certify(c.Order, masks, c.Cost);
        return certificate.Gap >= 0 && certificate.Gap <= c.Fisher.Max() * (1 + 1e-12);
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void ABudgetOfEverythingBoundsByEverything() => Law.Check(output, Generators.Any, c =>
    {
        Certificate certificate = Bounds.Certify(c.Order, BinaryMasks.All(c.Shape, kept: true), c.Table.TotalCost);
        return certificate.Gap == 0 && certificate.RelativeGap == 0 && Exact.Of(certificate.Kept) >= BigInteger.Zero;
    }, c => c.Size);

    [Fact]
    public void RefinedMasksAreUnderTheBound() => Law.Check(output, Generators.Any, c =>
    {
        BinaryMasks masks = Refinement.Run(c.Order, Determination.Run(c.Order, c.Cost), c.Cost).Masks;
        return Bounds.Certify(c.Order, masks, c.Cost) is { Gap: >= 0, RelativeGap: >= 0 and <= 1 };
    }, c => c.Size, c => c.Rho is > 0 and < 1);
}
