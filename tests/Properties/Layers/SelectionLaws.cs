using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Layers;

public sealed class SelectionLaws(ITestOutputHelper output)
{
    private static readonly SelectionOptions[] Everything =
    [
        .. from form in Enum.GetValues<DeterminationForm>()
           from refinement in Enum.GetValues<RefinementForm>()
           from scope in Enum.GetValues<BudgetScope>()
           from weights in Enum.GetValues<ComponentWeights>()
           select new SelectionOptions { Determination = form, Refinement = refinement, Scope = scope, Weights = weights },
    ];

    [Fact]
    public void EveryOptionAnswersOnEveryTable() => Law.Check(output, Generators.Any, c => Everything.All(options =>
        Select.Run(c.Table, options with { Budget = new Budget.Share(c.Rho) }).Match(
            Right: r => r.Layers.Chosen.Count == Math.Max(1, (int)Math.Floor((c.Layers * 0.5) + 0.5))
                && r.Importance.Scores.All(s => s is >= 0 and <= 1) && double.IsFinite(r.Search.Cost) && r.Search.KeptFisher >= 0,
            Left: e => e is FloeError.BadData && options.Scope == BudgetScope.Layer)), c => c.Size);

    [Fact]
    public void TheSameQuestionHasTheSameAnswer() => Law.Check(output, Generators.Any, c =>
    {
        SelectionOptions options = new() { Budget = new Budget.Share(c.Rho) };
        SelectionResult one = Value(Select.Run(c.Table, options));
        SelectionResult two = Value(Select.Run(c.Order, options));
        return one.Search.Masks.Equals(two.Search.Masks)
            && one.Layers.Ranking.Equals(two.Layers.Ranking)
            && one.Layers.Chosen == two.Layers.Chosen;
    }, c => c.Size);

    [Fact]
    public void TheGapIsNeverNegative() => Law.Check(output, Generators.Any, c =>
        new[] { RefinementForm.Exchange, RefinementForm.Scalar, RefinementForm.None }.All(refinement =>
            Value(Select.Run(
                c.Table, new SelectionOptions { Budget = new Budget.Share(c.Rho), Refinement = refinement })).Search.Certificate.Gap
                >= -1e-12 * c.Fisher.Sum()), c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void ImportanceIsTheShareOfMaskedUnits() => Law.Check(output, Generators.Any, c =>
    {
        SelectionResult found = Value(Select.Run(c.Table, new SelectionOptions { Budget = new Budget.Share(c.Rho) }));
        bool[] kept = found.Search.Masks.Kept.ToArray();
        int perLayer = c.Heads + c.Neurons;
        return Enumerable.Range(0, c.Layers).All(layer =>
        {
            double heads = kept.Skip(layer * perLayer).Take(c.Heads).Count(k => !k) / (double)c.Heads;
            double neurons = kept.Skip((layer * perLayer) + c.Heads).Take(c.Neurons).Count(k => !k) / (double)c.Neurons;
            return Math.Abs(found.Importance.Scores[layer] - ((heads + neurons) / 2)) < 1e-15
                && Math.Abs(found.Importance.HeadSparsity[layer] - heads) < 1e-15 && found.Importance.Source == MaskSource.Binary;
        });
    }, c => c.Size, c => c.Rho is > 0 and < 1);

    [Fact]
    public void ALayerScopeIsTheSearchOfEachLayerAlone() => Law.Check(output, Generators.Any, c =>
        Select.Run(c.Table, new SelectionOptions { Budget = new Budget.Share(c.Rho), Scope = BudgetScope.Layer }).Match(
            Right: whole => Enumerable.Range(0, c.Layers).All(layer =>
            {
                ScoreTable one = Value(c.Table.Layer(layer));
                SelectionResult alone = Value(Select.Run(one, new SelectionOptions { Budget = new Budget.Share(c.Rho) }));
                return alone.Search.Masks.Kept.SequenceEqual(whole.Search.Masks.Kept.Slice(layer * one.Shape.Units, one.Shape.Units));
            }),
            Left: e => Enumerable.Range(0, c.Layers).Any(layer => c.Table.Layer(layer).IsLeft)), c => c.Size, c => c.Layers > 1);

    [Fact]
    public void LayersOfTheSameScoresGoByTheirOrder() => Law.Check(output, Generators.Any, c =>
        Value(LayerRanking.Create(new double[c.Layers])).Order.SequenceEqual([.. Enumerable.Range(0, c.Layers)]), c => c.Size);

    [Fact]
    public void ParametersWeighWhatTheModelHas()
    {
        // 2 heads of width 4 on 8: (2·2 + 2·1)·4·8 = 192 weights; 3 neurons: 3·3·8 = 72.
        ModelShape shape = new(1, 2, 1, 3, 8, 4);
        BinaryMasks masks = Value(BinaryMasks.Create(shape, [false, false, true, true, true]));
        Assert.Equal(192.0 / 264.0, Value(Importance.Of(masks.ToUnitMasks(), ComponentWeights.Parameters)).Scores[0], 1e-15);
    }

    [Fact]
    public void WithoutTaylorScoresEveryUnitCostsOne()
    {
        ScoreTable table = Value(ScoreTable.FisherOnly(new ModelShape(1, 1, 1, 3, 0, 0), [4, 3, 2, 1]));
        Assert.False(table.HasCosts);
        Assert.Equal([true, true, false, false], Value(Select.Run(table, new SelectionOptions())).Search.Masks.Kept.ToArray());
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void AShareOutsideZeroToOneIsAUsageError(double rho)
    {
        ScoreTable table = Value(ScoreTable.FisherOnly(new ModelShape(1, 1, 1, 1, 0, 0), [1, 1]));
        Assert.IsType<FloeError.Usage>(
            Select.Run(table, new SelectionOptions { Budget = new Budget.Share(rho) }).Match(Right: _ => null!, Left: e => e));
    }

    [Fact]
    public void ATableWithoutHeadCostIsRefusedByName()
    {
        FloeError error = ScoreTable.Create(new ModelShape(1, 1, 1, 2, 0, 0), [1, 1, 1], [0, 1, 1]).Match(Right: _ => null!, Left: e => e);
        Assert.Contains("heads", Assert.IsType<FloeError.BadData>(error).Where, StringComparison.Ordinal);
    }

    private static T Value<T>(Either<FloeError, T> either) => either.IfLeft(e => throw new InvalidOperationException(e.Message));
}
