using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Laws;

/// <summary>One question to a policy: a table and ρ. Plain data, so that a counter-example can be shown, stored and asked again.</summary>
/// <param name="Table">The scores.</param>
/// <param name="Rho">ρ, the share of Σ t that may be kept, in [0, 1].</param>
public sealed record LawCase(ScoreTable Table, double Rho)
{
    /// <summary>ρ as a budget.</summary>
    public Budget Budget => new Budget.Share(Rho);

    /// <summary>C = ρ · Σ t.</summary>
    public double Cost => Rho * Table.TotalCost;

    /// <summary>The same scores under another ρ.</summary>
    internal LawCase At(double rho) => this with { Rho = rho };

    /// <summary>The case with its units in another order: unit i of the result is unit <paramref name="from"/>[i] of this one.</summary>
    internal Either<FloeError, LawCase> Reordered(int[] from) =>
        Create(Table.Shape, Pick(Table.Fisher, from), Pick(Table.Taylor, from), Rho);

    /// <summary>The case with both columns multiplied. Errors: a product that is no score.</summary>
    internal Either<FloeError, LawCase> Scaled(double fisher, double taylor) =>
        Create(Table.Shape, [.. Table.Fisher.ToArray().Select(v => v * fisher)], [.. Table.Taylor.ToArray().Select(v => v * taylor)], Rho);

    /// <summary>A case from columns. Errors: those of <see cref="ScoreTable.Create"/>.</summary>
    internal static Either<FloeError, LawCase> Create(
        ModelShape shape, ReadOnlySpan<double> fisher, ReadOnlySpan<double> taylor, double rho) =>
        ScoreTable.Create(shape, fisher, taylor).Map(table => new LawCase(table, rho));

    private static double[] Pick(ReadOnlySpan<double> column, int[] from)
    {
        double[] picked = new double[from.Length];
        for (int at = 0; at < picked.Length; at++)
        {
            picked[at] = column[from[at]];
        }

        return picked;
    }
}
