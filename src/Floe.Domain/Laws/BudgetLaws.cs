using System.Globalization;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;

namespace Floe.Domain.Laws;

/// <summary>Laws of what is spent and what is kept for it.</summary>
internal static class BudgetLaws
{
    /// <summary>Σ cost of the kept units ≤ C, without rounding; a budget of Σ t pays for every unit.</summary>
    public static SelectionLaw Kept { get; } = new(
        LawNames.BudgetKept,
        "The kept units never cost more than the budget C.",
        (subject, c) => c.Rho == 1 ? new Verdict.Silent() : subject.With(c, masks =>
        {
            double[] costs = subject.CostsOf(c);
            ExactSum room = new();
            room.Add(c.Cost);
            for (int unit = 0; unit < costs.Length; unit++)
            {
                room.Subtract(masks.Kept[unit] ? costs[unit] : 0);
            }

            return Verdict.Of(room.Sign() >= 0, () => $"the kept units cost {Show(masks.SumKept(costs))}, the budget is {Show(c.Cost)}");
        }));

    /// <summary>Nothing with a Fisher score is masked where everything fits.</summary>
    public static SelectionLaw WholeBudget { get; } = new(
        LawNames.WholeBudget,
        "A budget of Σ t keeps every unit that has a Fisher score.",
        (subject, c) => subject.With(c.At(1), masks =>
        {
            double all = ExactSum.Of(c.Table.Fisher);
            double kept = masks.SumKept(c.Table.Fisher);
            return Verdict.Of(kept == all, () => $"at ρ = 1 the kept Fisher is {Show(kept)} of {Show(all)}");
        }));

    /// <summary>Kept τ at ρ/2, ρ, (1 + ρ)/2 and 1 ascends.</summary>
    public static SelectionLaw Monotone { get; } = new(
        LawNames.Monotone,
        "A larger budget never keeps less Fisher.",
        (subject, c) =>
        {
            double[] budgets = [c.Rho / 2, c.Rho, (1 + c.Rho) / 2, 1];
            foreach ((double less, double more) in budgets.Zip(budgets.Skip(1)))
            {
                Verdict verdict = subject.WithBoth(c.At(less), c.At(more), (small, large) =>
                {
                    double before = small.SumKept(c.Table.Fisher);
                    double after = large.SumKept(c.Table.Fisher);
                    return Verdict.Of(
                        before <= after, () => $"ρ = {Show(less)} keeps {Show(before)}, ρ = {Show(more)} keeps {Show(after)}");
                });
                if (verdict is not Verdict.Held)
                {
                    return verdict;
                }
            }

            return new Verdict.Held();
        });

    /// <summary>Kept τ is at least the baseline's.</summary>
    public static SelectionLaw NeverWorse { get; } = new(
        LawNames.NeverWorse,
        "The kept Fisher is never less than the stated baseline's.",
        (subject, c) => subject.With(c, masks => subject.Baseline.Kept(c.Table, c.Budget).Match(
            Right: least =>
            {
                double kept = masks.SumKept(c.Table.Fisher);
                return Verdict.Of(kept >= least, () => $"the kept Fisher is {Show(kept)}; {subject.Baseline.Words} gives {Show(least)}");
            },
            Left: _ => new Verdict.Silent())));

    /// <summary>Method §5, fact (i).</summary>
    public static SelectionLaw NothingToRefine { get; } = new(
        LawNames.NothingToRefine,
        "No swap of Algorithm 2 within the budget gains: refining the masks leaves them as they are (method §5, fact (i), under the costs "
            + "t_h and t_f).",
        (subject, c) => c.Rho == 1 ? new Verdict.Silent() : subject.With(c, masks =>
        {
            RefinementForm form = subject.Costs == CostModel.Scalar ? RefinementForm.Scalar : RefinementForm.Exchange;
            RefinementResult refined = Refinement.Run(UnitOrder.Of(c.Table), masks, c.Cost, form);
            return Verdict.Of(
                refined.Masks.Equals(masks),
                () => $"refinement dropped {refined.Repaired}, swapped {refined.Swaps.Count} and added {refined.Filled}: "
                    + $"kept Fisher {Show(masks.SumKept(c.Table.Fisher))} became {Show(refined.Masks.SumKept(c.Table.Fisher))}");
        }));

    /// <summary>A number as it can be typed again.</summary>
    internal static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
