using Floe.Domain.Masks;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Masks;

public sealed class ExactSearchLaws(ITestOutputHelper output)
{
    [Fact]
    public void ItIsTheBestOfAllMasks() => Law.Check(output, Generators.Small, c =>
    {
        ExactResult found = ExactSearch.Run(c.Order, c.Cost, RefinementLaws.Alternating(c));
        double best = Exact.Round(NaiveSearch.BestKept(c, c.Taylor, c.Cost));
        return c.Rho == 1
            ? found.Masks.Kept.Count(true) == c.Fisher.Length
            : found.Closed && found.Certificate.Gap == 0 && Math.Abs(found.Certificate.Kept - best) <= 1e-15 * best
                && Exact.SumWhere(c.Taylor, found.Masks.Kept) <= Exact.Of(c.Cost);
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void AUnitThatBreaksTheBudgetAloneDoesNotBlurTheOthers()
    {
        TableCase c = new(2, 2, 1, [3e-13, 33261246, 0, 1.4e-11, 0, 0], [1, 3, 0, 1, 3, 4], 0.093);
        ExactResult found = ExactSearch.Run(c.Order, c.Cost, BinaryMasks.All(c.Shape, kept: false));
        Assert.Equal([false, false, true, true, false, false], found.Masks.Kept.ToArray());
        Assert.Equal(new Certificate(1.4e-11, 1.4e-11), found.Certificate);
    }

    [Fact]
    public void ItIsNeverWorseThanRefinement() => Law.Check(output, Generators.Any, c =>
    {
        BinaryMasks refined = Refinement.Run(c.Order, Determination.Run(c.Order, c.Cost), c.Cost).Masks;
        ExactResult found = ExactSearch.Run(c.Order, c.Cost, refined);
        double kept = refined.SumKept(c.Fisher);
        return found.Certificate.Kept >= kept * (1 - 1e-15) && found.Certificate.Upper <= Bounds.Relaxation(c.Order, c.Cost) * (1 + 1e-15);
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void ALimitOfWorkLeavesABoundThatHolds() => Law.Check(output, Generators.Small, c =>
    {
        ExactResult found = ExactSearch.Run(c.Order, c.Cost, BinaryMasks.All(c.Shape, kept: false), states: 0);
        double best = Exact.Round(NaiveSearch.BestKept(c, c.Taylor, c.Cost));
        return found.Certificate.Upper >= best * (1 - 1e-15)
            && found.Certificate.Gap >= 0
            && (found.Closed || found.Certificate.Kept <= best);
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void RealScoresAreClosedToTheLastDigit()
    {
        // 400 units whose scores follow no pattern: the greedy masks are not the best ones, and the search proves which are.
        TableCase c = new(4, 10, 90, [.. Numbers(17).Take(400)], [.. Numbers(29).Take(400)], 0.37);
        BinaryMasks refined = Refinement.Run(c.Order, Determination.Run(c.Order, c.Cost), c.Cost).Masks;
        ExactResult found = ExactSearch.Run(c.Order, c.Cost, refined);
        Assert.True(found.Closed);
        Assert.True(found.Certificate.Kept > refined.SumKept(c.Fisher));
        Assert.Equal(0, found.Certificate.Gap);
        Assert.InRange(Bounds.Relaxation(c.Order, c.Cost) - found.Certificate.Kept, 0, c.Fisher.Max());
    }

    private static IEnumerable<double> Numbers(ulong seed)
    {
        Domain.SplitMix64 generator = new(seed);
        while (true)
        {
            (ulong bits, generator) = generator.NextBits();
            yield return Math.ScaleB((bits >> 11) + 1, -53);
        }
    }
}
