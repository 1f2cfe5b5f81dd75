using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>Determination and refinement as options say, over the model or layer by layer.</summary>
internal static class MaskSearches
{
    /// <summary>Searches and refines. Errors: a budget out of its domain; for scope <c>layer</c>, a cost instead of a share, or a layer
    /// whose t_h or t_f is 0.</summary>
    /// <param name="order">The table and its orders by each unit's own cost.</param>
    /// <param name="options">What is asked for.</param>
    public static Either<FloeError, MaskSearch> Run(UnitOrder order, MaskSearchOptions options) => options.Scope == BudgetScope.Layer
        ? ByLayer(order.Table, options)
        : options.Budget.Resolve(order.Table).Map(cost => Global(order, options, cost));

    private static MaskSearch Global(UnitOrder order, MaskSearchOptions options, double cost)
    {
        if (options.Refinement == RefinementForm.Exact)
        {
            return Exact(order, options, cost);
        }

        bool literal = options.Determination == DeterminationForm.Literal || options.Refinement == RefinementForm.Literal;
        bool scalar = options.Refinement == RefinementForm.Scalar
            || (options.Refinement == RefinementForm.None && options.Determination != DeterminationForm.Density);
        UnitOrder costs = scalar ? UnitOrder.OfScalar(order.Table) : order;
        BinaryMasks determined = Determination.Run(order, cost, options.Determination);
        RefinementResult refined = Refinement.Run(
            options.Refinement == RefinementForm.Scalar ? costs : order, determined, cost, options.Refinement);
        double kept = refined.Masks.SumKept(order.Table.Fisher);
        double bound = literal ? ExactSum.Of(order.Table.Fisher) : Bounds.Relaxation(costs, cost);
        return new MaskSearch(
            cost, scalar, determined, refined, refined.Masks.SumKept(order.Table.Taylor), new Certificate(kept, bound));
    }

    private static MaskSearch Exact(UnitOrder order, MaskSearchOptions options, double cost)
    {
        BinaryMasks determined = Determination.Run(order, cost, options.Determination);
        ExactResult best = ExactSearch.Run(order, cost, Refinement.Run(order, determined, cost).Masks, options.ExactStates);
        return new MaskSearch(
            cost, false, determined, Refinement.Replaced(
                order, determined, best.Masks, cost), best.Masks.SumKept(order.Table.Taylor), best.Certificate);
    }

    private static Either<FloeError, MaskSearch> ByLayer(ScoreTable table, MaskSearchOptions options)
    {
        if (options.Budget is not Budget.Share)
        {
            return Left<FloeError, MaskSearch>(
                new FloeError.Usage("budget", "a share of each layer's cost", "one cost", "Give a share with scope layer."));
        }

        List<MaskSearch> parts = [];
        for (int layer = 0; layer < table.Shape.Layers; layer++)
        {
            Either<FloeError, MaskSearch> part = from one in table.Layer(layer)
                                                 from search in Run(UnitOrder.Of(one), options with { Scope = BudgetScope.Global })
                                                 select search;
            if (part.Failed(out FloeError? error, out MaskSearch? found))
            {
                return Left<FloeError, MaskSearch>(error);
            }

            parts.Add(found);
        }

        return Right<FloeError, MaskSearch>(Join(table, parts));
    }

    private static MaskSearch Join(ScoreTable table, List<MaskSearch> parts)
    {
        BinaryMasks refined = Concat(table.Shape, parts.Select(p => p.Masks));
        UnitSwap[] swaps = [.. parts.SelectMany((part, layer) => part.Refinement.Swaps.Select(
            s => new UnitSwap(s.Leaving + (layer * table.Shape.UnitsPerLayer), s.Entering + (layer * table.Shape.UnitsPerLayer))))];
        RefinementResult refinement = new(
            refined,
            Sum(parts, p => p.Refinement.SlackBefore),
            parts.Sum(p => p.Refinement.Repaired),
            toArray(swaps),
            parts.Sum(p => p.Refinement.CrossSwaps),
            parts.Sum(p => p.Refinement.Passes),
            parts.Sum(p => p.Refinement.Filled),
            Sum(parts, p => p.Refinement.Slack));
        return new MaskSearch(
            Sum(parts, p => p.Budget),
            parts[0].ScalarCosts,
            Concat(table.Shape, parts.Select(p => p.Determined)),
            refinement,
            refined.SumKept(table.Taylor),
            new Certificate(refined.SumKept(table.Fisher), Sum(parts, p => p.Certificate.Upper)));
    }

    private static double Sum(List<MaskSearch> parts, Func<MaskSearch, double> value) => ExactSum.Of([.. parts.Select(value)]);

    private static BinaryMasks Concat(ModelShape shape, IEnumerable<BinaryMasks> parts) =>
        BinaryMasks.Own(shape, [.. parts.SelectMany(p => p.Kept.ToArray())]);
}
