using System.Numerics;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Masks;

public sealed class RefinementLaws(ITestOutputHelper output)
{
    [Fact]
    public void UnderScalarCostsThereIsNothingToRefine() => Law.Check(output, Generators.Any, c =>
    {
        BinaryMasks masks = Determination.Run(c.Order, c.Cost);
        RefinementResult refined = Refinement.Run(c.Order, masks, c.Cost, RefinementForm.Scalar);
        return refined.Masks.Equals(masks) && refined.Swaps.Count == 0 && refined.Repaired == 0 && refined.Filled == 0;
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void ItIsRepairExchangeAndFillStepByStep() => Law.Check(output, Generators.Any, c =>
    {
        BinaryMasks masks = Determination.Run(c.Order, c.Cost);
        return Refinement.Run(c.Order, masks, c.Cost).Masks.Kept.SequenceEqual(NaiveSearch.Refine(c, masks.Kept.ToArray(), c.Cost));
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void FromAnyMasksItIsTheSameStepByStep() => Law.Check(output, Generators.Any, c =>
    {
        BinaryMasks masks = Alternating(c);
        return Refinement.Run(c.Order, masks, c.Cost).Masks.Kept.SequenceEqual(NaiveSearch.Refine(c, masks.Kept.ToArray(), c.Cost));
    }, c => Refinement.Run(c.Order, Alternating(c), c.Cost).Swaps.Count switch { 0 => "no swap", 1 => "one swap", _ => "several swaps" },
        c => Refinement.Run(c.Order, Alternating(c), c.Cost).Swaps.Count > 0);

    [Theory]
    [InlineData(RefinementForm.Exchange)]
    [InlineData(RefinementForm.Scalar)]
    public void ItNeverBreaksTheBudget(RefinementForm form) => Law.Check(output, Generators.Any, c =>
    {
        RefinementResult refined = Refinement.Run(c.Order, Alternating(c), c.Cost, form);
        double[] costs = form == RefinementForm.Scalar ? UnitOrder.OfScalar(c.Table).Costs.ToArray() : c.Taylor;
        return c.Rho == 1
            ? refined.Masks.Kept.Count(true) == c.Fisher.Length
            : (Exact.SumWhere(costs, refined.Masks.Kept) <= Exact.Of(c.Cost)
                && refined.Slack == Exact.Round(Exact.Of(c.Cost) - Exact.SumWhere(costs, refined.Masks.Kept)));
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void AfterTheRepairKeptFisherNeverFalls() => Law.Check(output, Generators.Any, c =>
    {
        RefinementResult once = Refinement.Run(c.Order, Alternating(c), c.Cost);
        RefinementResult again = Refinement.Run(c.Order, once.Masks, c.Cost);
        return again.Repaired == 0
            && Kept(c, again.Masks) >= Kept(c, once.Masks)
            && once.Swaps.All(s => c.Fisher[s.Entering] > c.Fisher[s.Leaving]);
    }, c => c.Size, c => c.Rho > 0);

    [Fact]
    public void RenamingUnitsWithinALayerRenamesMasks() => Law.Check(output, Generators.Distinct, c =>
    {
        int[] from = DeterminationLaws.Reversed(c, acrossLayers: false);
        TableCase other = c.Permuted(from);
        bool[] masks = Refinement.Run(c.Order, Determination.Run(c.Order, c.Cost), c.Cost).Masks.Kept.ToArray();
        return Refinement.Run(
            other.Order, Determination.Run(other.Order, c.Cost), c.Cost).Masks.Kept.SequenceEqual([.. from.Select(u => masks[u])]);
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void TheScaleOfScoresDoesNotMatter() => Law.Check(output, Generators.Any, c =>
    {
        TableCase scaled = c with { Fisher = [.. c.Fisher.Select(v => v / 4096)], Taylor = [.. c.Taylor.Select(v => v * 16)] };
        return Refinement.Run(c.Order, Alternating(c), c.Cost).Masks.Equals(
            Refinement.Run(scaled.Order, Alternating(scaled), scaled.Cost).Masks);
    }, c => c.Size);

    [Fact]
    public void ThePrintedFormSwapsTheBestPairEachTime() => Law.Check(output, Generators.Any, c =>
        LiteralRefinement.Run(c.Table, Alternating(c), c.Cost, crossOnly: false).Swaps.SequenceEqual(
            NaiveSearch.Printed(c, Alternating(c).Kept.ToArray())),
        c => c.Size, c => NaiveSearch.Printed(c, Alternating(c).Kept.ToArray()).Count > 0);

    [Fact]
    public void ThePrintedFormOnPairsOfComponentsSwapsOnlySuch() => Law.Check(output, Generators.Any, c =>
    {
        RefinementResult refined = LiteralRefinement.Run(c.Table, Alternating(c), c.Cost, crossOnly: true);
        return refined.Swaps.All(s => c.IsHead(s.Leaving) != c.IsHead(s.Entering))
            && refined.CrossSwaps == refined.Swaps.Count
            && refined.Slack >= refined.SlackBefore;
    }, c => c.Size);

    [Fact]
    public void NoneChangesNothing() => Law.Check(output, Generators.Any, c =>
        Refinement.Run(c.Order, Alternating(c), c.Cost, RefinementForm.None).Masks.Equals(Alternating(c)), c => c.Size);

    /// <summary>Every other unit kept: masks that no search would give, so that there is something to refine.</summary>
    internal static BinaryMasks Alternating(TableCase c) =>
        BinaryMasks.Create(c.Shape, [.. Enumerable.Range(0, c.Fisher.Length).Select(u => u % 2 == 0)])
            .IfLeft(e => throw new InvalidOperationException(e.Message));

    private static BigInteger Kept(TableCase c, BinaryMasks masks) => Exact.SumWhere(c.Fisher, masks.Kept);
}
