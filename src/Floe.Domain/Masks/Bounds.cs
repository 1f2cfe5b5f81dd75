using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;

namespace Floe.Domain.Masks;

/// <summary>How far a solution is from the best conceivable one.</summary>
/// <param name="Kept">Στ over the kept units.</param>
/// <param name="Upper">No mask within the budget keeps more than this.</param>
public readonly record struct Certificate(double Kept, double Upper)
{
    /// <summary>Upper − Kept.</summary>
    public double Gap => Upper - Kept;

    /// <summary>Gap / Upper; 0 where Upper is 0.</summary>
    public double RelativeGap => Upper == 0 ? 0 : Gap / Upper;
}

/// <summary>Upper bounds of the budget problem max Σ τ z, Σ t z ≤ C, z in {0, 1} (method §11).</summary>
public static class Bounds
{
    /// <summary>
    /// The value of the linear relaxation z in [0, 1]: units in descending τ/t, and the fraction of the first one that does not fit. No
    /// mask's kept τ, as <see cref="BinaryMasks.SumKept"/> rounds it, exceeds it. O(U) after <see cref="UnitOrder"/>.
    /// </summary>
    /// <param name="order">The table, its orders and its costs.</param>
    /// <param name="cost">C, finite and at least 0.</param>
    public static double Relaxation(UnitOrder order, double cost)
    {
        ReadOnlySpan<double> fisher = order.Table.Fisher;
        if (cost >= order.Table.TotalCost)
        {
            return ExactSum.Of(fisher);
        }

        ExactSum slack = new();
        slack.Add(cost);
        int fit = Prefix.WhileNotNegative(slack, order.ByDensity, order.Costs, add: false);
        ExactSum value = new();
        foreach (int unit in order.ByDensity[..fit])
        {
            value.Add(fisher[unit]);
        }

        if (fit == order.ByDensity.Length)
        {
            return value.Round();
        }

        // Rounded up past the errors of one division and one product; rounding the sum to nearest then keeps the bound at or above every
        // kept τ.
        int next = order.ByDensity[fit];
        double part = fisher[next] * (slack.Round() / order.Costs[next]);
        value.Add(part == 0 ? 0 : Math.BitIncrement(Math.BitIncrement(Math.BitIncrement(part))));
        return value.Round();
    }

    /// <summary>The certificate of masks that some budget allows.</summary>
    /// <param name="order">The table, its orders and its costs.</param>
    /// <param name="masks">The masks.</param>
    /// <param name="cost">C, finite and at least 0.</param>
    public static Certificate Certify(UnitOrder order, BinaryMasks masks, double cost) =>
        new(masks.SumKept(order.Table.Fisher), Relaxation(order, cost));
}
