using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Reports;
using Floe.Domain.Scores;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Reports;

/// <summary>What a page says of a selection is what the selection did.</summary>
public class SelectionReportLaws(ITestOutputHelper output)
{
    [Fact]
    public void ExchangesExplainTheCountsAndNoRefinedMaskPassesTheBudgetOrTheBound() => Law.Check(
        output,
        Generators.Any,
        c =>
        {
            SelectionResult result = Expect.Right(Select.Run(c.Table, new SelectionOptions { Budget = new Budget.Share(c.Rho) }));
            MaskSearchSummary search = Expect.Right(SelectionReport.Of(c.Table, result, Option<UnitMasks>.None)).Search;
            MaskStage before = search.Stages[0];
            MaskStage after = search.Stages[1];
            return after.KeptHeads - before.KeptHeads == search.Exchanges.Sum(e => e.HeadsKept - e.HeadsMasked)
                && after.KeptNeurons - before.KeptNeurons == search.Exchanges.Sum(e => e.NeuronsKept - e.NeuronsMasked)
                && after.Cost <= search.Budget * (1 + 1e-12)
                && after.Gap(search) >= 0
                && after.Ranks.Order().SequenceEqual(Enumerable.Range(0, c.Layers));
        },
        c => c.Size);

    [Fact]
    public void MapsHoldTheRefinedMasksAndSeriesTheScores() => Law.Check(
        output,
        Generators.Any,
        c =>
        {
            SelectionResult result = Expect.Right(Select.Run(c.Table, new SelectionOptions { Budget = new Budget.Share(c.Rho) }));
            SelectionSummary summary = Expect.Right(SelectionReport.Of(c.Table, result, Option<UnitMasks>.None));
            return summary.Masks.ForAll(map =>
                    Math.Abs(
                        Enumerable.Range(0, c.Layers)
                            .Sum(l => map.KeptShare(l, 0, map.Bins) * map.UnitsPerLayer) - result.Search.Masks.Count(map.Component)) < 1e-9)
                && summary.Series.Find(s => s.Name == "Fisher")
                    .Match(s => Math.Abs(s.Values.Sum() - c.Fisher.Sum()) <= 1e-9 * c.Fisher.Sum(), () => false)
                && summary.Tuning.IsEmpty;
        },
        c => c.Size);

    [Fact]
    public void ATunedComponentAndTheReasonOfOneLeftBinaryAreToldApart()
    {
        TableCase c = new(2, 2, 3, [5, 1, 4, 3, 2, 9, 8, 7, 6, 5], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 0.6);
        SelectionResult result = Expect.Right(Select.Run(c.Table, new SelectionOptions { Budget = new Budget.Share(c.Rho) }));
        double[] values = [.. result.Masks.OfComponent(1, Component.Neuron).ToArray().Select(m => m * 1.5)];
        UnitMasks tuned = Expect.Right(result.Masks.With(1, Component.Neuron, values, new TuningStatus.Tuned(2, 1)));
        SelectionSummary summary = Expect.Right(SelectionReport.Of(c.Table, result, tuned));
        TuningOutcome done = Assert.Single(summary.Tuning, t => t.Tuned);
        Assert.Equal((1, Component.Neuron), (done.Layer, done.Component));
        Assert.Equal(done.MeanBefore * 1.5, done.MeanAfter, 12);
        Assert.All(summary.Tuning.Where(t => !t.Tuned), t => Assert.Equal(UnitMasks.NotTuned, t.Reason));
        Assert.Equal("determination refinement tuning", string.Join(" ", summary.Search.Stages.Map(s => s.Name)));
    }

    [Theory]
    [InlineData(DeterminationForm.Kept, RefinementForm.Exchange, CostBasis.Unit)]
    [InlineData(DeterminationForm.Kept, RefinementForm.None, CostBasis.Scalar)]
    [InlineData(DeterminationForm.Literal, RefinementForm.None, CostBasis.Masked)]
    public void TheBudgetIsSaidInTheCostsThatItWasKeptIn(DeterminationForm determination, RefinementForm refinement, object costs) =>
        Law.Check(
        output,
        Generators.Any,
        c =>
        {
            var options = new SelectionOptions { Budget = new Budget.Share(c.Rho), Determination = determination, Refinement = refinement };
            MaskSearchSummary search = Expect.Right(
                Select.Run(c.Table, options).Bind(r => SelectionReport.Of(c.Table, r, Option<UnitMasks>.None))).Search;
            return search.Costs == (CostBasis)costs
                && search.Stages[search.Stages.Count - 1].Cost <= (search.Budget * (1 + 1e-9)) + (1e-9 * c.Table.TotalCost);
        },
        c => c.Size);
}
