using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>
/// Algorithm 2 in the form of method §5: repair, exchange, fill. After the repair the cost never exceeds C and kept τ never falls.
/// O(U log U) for one pass over every layer.
/// </summary>
/// <remarks>
/// The slack C − Σ t is kept without rounding. Under scalar costs a fill takes only units with τ above 0, so that the optimum which
/// Algorithm 1 finds stays as it is to the last unit (method §5, fact (i)).
/// </remarks>
public static class Refinement
{
    private const int RepairBlock = 4096;

    /// <summary>Refines masks within a budget.</summary>
    /// <param name="order">The table and its orders by each unit's own cost.</param>
    /// <param name="masks">The masks to start from.</param>
    /// <param name="cost">C, finite and at least 0.</param>
    /// <param name="form">Which refinement; <see cref="RefinementForm.Exact"/> within its default limit, see <see cref="ExactSearch.Run"/>
    /// for another.</param>
    public static RefinementResult Run(UnitOrder order, BinaryMasks masks, double cost, RefinementForm form = RefinementForm.Exchange) =>
        form switch
    {
        RefinementForm.Exact => Replaced(order, masks, ExactSearch.Run(order, cost, Exchange(order, masks, cost).Masks).Masks, cost),
        RefinementForm.Exchange => Exchange(order, masks, cost),
        RefinementForm.Scalar => Exchange(order.IsScalar ? order : UnitOrder.OfScalar(order.Table), masks, cost),
        RefinementForm.Literal => LiteralRefinement.Run(order.Table, masks, cost, crossOnly: false),
        _ => Unchanged(order.Table, masks, cost),
    };

    private static RefinementResult Exchange(UnitOrder order, BinaryMasks masks, double cost)
    {
        bool[] kept = masks.Kept.ToArray();
        if (cost >= order.Table.TotalCost)
        {
            return KeepAll(order, masks, cost);
        }

        ExactSum exact = ExactSum.Rest(cost, order.Costs, kept, taken: true);
        double before = exact.Round();
        int repaired = Repair(order, kept, exact);
        Slack slack = new(exact);
        LayerExchange.Outcome exchanged = LayerExchange.Run(order, kept, slack, crossOnly: order.IsScalar);
        int filled = Fill(order, kept, slack);
        return new RefinementResult(
            BinaryMasks.Own(masks.Shape, kept), before, repaired, toArray(exchanged.Swaps), exchanged.Cross, exchanged.Passes, filled,
                slack.Rounded);
    }

    // Kept units in ascending τ/t, ties later unit first, are masked until the budget holds: the order by density read from its end.
    private static int Repair(UnitOrder order, bool[] kept, ExactSum slack)
    {
        if (slack.Sign() >= 0)
        {
            return 0;
        }

        int[] block = new int[RepairBlock];
        int repaired = 0;
        int at = kept.Length;
        while (slack.Sign() < 0)
        {
            int count = 0;
            while (at > 0 && count < block.Length)
            {
                int unit = order.ByDensity[--at];
                block[count] = unit;
                count += kept[unit] ? 1 : 0;
            }

            ReadOnlySpan<int> masked = block.AsSpan(0, Prefix.WhileNotNegative(slack, block.AsSpan(0, count), order.Costs, add: true));
            repaired += masked.Length;
            foreach (int unit in masked)
            {
                kept[unit] = false;
            }
        }

        return repaired;
    }

    private static int Fill(UnitOrder order, bool[] kept, Slack slack)
    {
        int filled = 0;
        foreach (int unit in order.ByDensity)
        {
            if (!kept[unit] && slack.Pays(order.Costs[unit]) && !(order.IsScalar && order.Table.Fisher[unit] == 0))
            {
                kept[unit] = true;
                slack.Take(order.Costs[unit]);
                filled++;
            }
        }

        return filled;
    }

    // Σ t is rounded, and so are the means t_h and t_f; a budget of Σ t pays for every unit all the same.
    private static RefinementResult KeepAll(UnitOrder order, BinaryMasks masks, double cost) => new(
        BinaryMasks.All(masks.Shape, kept: true),
        ExactSum.Rest(cost, order.Costs, masks.Kept, taken: true).Round(),
        0,
        Empty,
        0,
        0,
        masks.Shape.Units - masks.Kept.Count(true),
        cost - order.Table.TotalCost);

    /// <summary>Masks that another search found in place of those of determination.</summary>
    internal static RefinementResult Replaced(UnitOrder order, BinaryMasks before, BinaryMasks after, double cost) => new(
        after,
        ExactSum.Rest(cost, order.Costs, before.Kept, taken: true).Round(),
        0,
        Empty,
        0,
        0,
        0,
        cost >= order.Table.TotalCost ? cost - order.Table.TotalCost : ExactSum.Rest(cost, order.Costs, after.Kept, taken: true).Round());

    private static RefinementResult Unchanged(ScoreTable table, BinaryMasks masks, double cost)
    {
        double slack = ExactSum.Rest(cost, table.Taylor, masks.Kept, taken: true).Round();
        return new RefinementResult(masks, slack, 0, Empty, 0, 0, 0, slack);
    }

    private static Arr<UnitSwap> Empty => [];
}
