using System.Numerics;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Masks;

public sealed class DeterminationLaws(ITestOutputHelper output)
{
    [Fact]
    public void UnderScalarCostsItIsTheBestOfAllMasks() => Law.Check(output, Generators.Small, c =>
    {
        UnitOrder scalar = UnitOrder.OfScalar(c.Table);
        BinaryMasks masks = Determination.Run(c.Order, c.Cost);
        return c.Rho == 1
            ? masks.Kept.Count(true) == c.Fisher.Length
            : Exact.SumWhere(c.Fisher, masks.Kept) == NaiveSearch.BestKept(c, scalar.Costs.ToArray(), c.Cost);
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void ItIsAlgorithmOneStepByStep() => Law.Check(output, Generators.Any, c =>
        Determination.Run(c.Order, c.Cost).Kept.SequenceEqual(
            c.Rho == 1 ? [.. c.Fisher.Select(_ => true)] : NaiveSearch.Determine(c, c.Table.HeadCost, c.Table.NeuronCost, c.Cost)),
        c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void ItIsAlgorithmOneAmongScoresThatDifferInTheirLastBits() => Law.Check(output, Generators.Crowded, c =>
        Determination.Run(c.Order, c.Cost).Kept.SequenceEqual(
            c.Rho == 1 ? [.. c.Fisher.Select(_ => true)] : NaiveSearch.Determine(c, c.Table.HeadCost, c.Table.NeuronCost, c.Cost)),
        c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void TheOrdersAreStableAndDescending() => Law.Check(output, Generators.Crowded, c =>
        c.Order.ByFisher.SequenceEqual([.. Enumerable.Range(0, c.Fisher.Length).OrderByDescending(u => c.Fisher[u])])
        && c.Order.ByDensity.SequenceEqual([.. Enumerable.Range(0, c.Fisher.Length).OrderByDescending(u => c.Fisher[u] / c.Taylor[u])]),
        c => c.Size);

    [Fact]
    public void ItStaysWithinTheBudget() => Law.Check(output, Generators.Any, c =>
    {
        BinaryMasks masks = Determination.Run(c.Order, c.Cost);
        BigInteger spent = (masks.Count(Component.Head) * Exact.Of(c.Table.HeadCost)) + (
            masks.Count(Component.Neuron) * Exact.Of(c.Table.NeuronCost));
        return c.Rho == 1 || spent <= Exact.Of(c.Cost);
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void RenamingUnitsRenamesMasks() => Law.Check(output, Generators.Distinct, c =>
    {
        int[] from = Reversed(c, acrossLayers: true);
        bool[] masks = Determination.Run(c.Order, c.Cost).Kept.ToArray();
        TableCase other = c.Permuted(from);
        return Determination.Run(other.Order, c.Cost).Kept.SequenceEqual([.. from.Select(u => masks[u])]);
    }, c => c.Size, c => c.Fisher.Length > 2);

    [Theory]
    [InlineData(DeterminationForm.Kept)]
    [InlineData(DeterminationForm.Literal)]
    [InlineData(DeterminationForm.Density)]
    [InlineData(DeterminationForm.Ancestor)]
    public void TheScaleOfScoresDoesNotMatter(DeterminationForm form) => Law.Check(output, Generators.Any, c =>
    {
        TableCase scaled = c with { Fisher = [.. c.Fisher.Select(v => v * 1024)], Taylor = [.. c.Taylor.Select(v => v / 64)] };
        return Determination.Run(c.Order, c.Cost, form).Equals(Determination.Run(scaled.Order, scaled.Cost, form));
    }, c => c.Size);

    [Theory]
    [InlineData(DeterminationForm.Kept)]
    [InlineData(DeterminationForm.Density)]
    public void MoreBudgetNeverKeepsLess(DeterminationForm form) => Law.Check(output, Generators.Any, c =>
        Kept(c, c.Cost / 2, form) <= Kept(c, c.Cost, form) && Kept(c, c.Cost, form) <= Kept(c, c.Table.TotalCost, form),
        c => c.Size, c => c.Rho > 0);

    [Fact]
    public void TheLiteralFormMasksWithinTheBudget() => Law.Check(output, Generators.Any, c =>
    {
        BinaryMasks masks = Determination.Run(c.Order, c.Cost, DeterminationForm.Literal);
        int heads = (c.Layers * c.Heads) - masks.Count(Component.Head);
        int neurons = (c.Layers * c.Neurons) - masks.Count(Component.Neuron);
        BigInteger masked = (heads * Exact.Of(c.Table.HeadCost)) + (neurons * Exact.Of(c.Table.NeuronCost));
        bool filled = neurons == c.Layers * c.Neurons || masked + Exact.Of(c.Table.NeuronCost) > Exact.Of(c.Cost);
        return masked <= Exact.Of(c.Cost) && filled;
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void TheLiteralFormMasksTheLeastFisher() => Law.Check(output, Generators.Any, c =>
        Exact.Sum(c.Fisher) - Kept(c, c.Cost, DeterminationForm.Literal) == NaiveSearch.LeastMasked(
            c, c.Table.HeadCost, c.Table.NeuronCost, c.Cost),
        c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void DensityStopsWhereTheNextUnitDoesNotFit() => Law.Check(output, Generators.Any, c =>
    {
        BinaryMasks masks = Determination.Run(c.Order, c.Cost, DeterminationForm.Density);
        BigInteger slack = Exact.Of(c.Cost) - Exact.SumWhere(c.Taylor, masks.Kept);
        int[] order = c.Order.ByDensity.ToArray();
        int fit = order.TakeWhile(u => masks.Kept[u]).Count();
        return c.Rho == 1
            ? fit == order.Length
            : slack >= 0 && fit == masks.Kept.Count(true) && (fit == order.Length || Exact.Of(c.Taylor[order[fit]]) > slack);
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void TheAncestorCountsHeadsThatBreakTheBudget() => Law.Check(output, Generators.Any, c =>
        Kept(c, c.Cost, DeterminationForm.Ancestor) == NaiveSearch.BestOfAncestor(c, c.Table.HeadCost, c.Table.NeuronCost, c.Cost),
        c => c.Size, c => c.Rho is > 0 and < 1);

    private static BigInteger Kept(TableCase c, double cost, DeterminationForm form) =>
        Exact.SumWhere(c.Fisher, Determination.Run(c.Order, cost, form).Kept);

    /// <summary>Heads and neurons each in reverse order, over the whole model or within each layer.</summary>
    internal static int[] Reversed(TableCase c, bool acrossLayers)
    {
        int perLayer = c.Heads + c.Neurons;
        int[] from = new int[c.Fisher.Length];
        for (int unit = 0; unit < from.Length; unit++)
        {
            int layer = unit / perLayer;
            int within = unit % perLayer;
            int mirrored = within < c.Heads ? c.Heads - 1 - within : c.Heads + perLayer - 1 - within;
            from[unit] = ((acrossLayers ? c.Layers - 1 - layer : layer) * perLayer) + mirrored;
        }

        return from;
    }
}
