using System.Globalization;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>How much Taylor cost may be kept: a share ρ of the whole, or a cost C itself (method §1).</summary>
public abstract record Budget
{
    private Budget()
    {
    }

    /// <summary>ρ = 0.5; the paper gives no value.</summary>
    public static Budget Default { get; } = new Share(0.5);

    /// <summary>C = ρ · Σ t over all units. The same under scalar costs, whose sum is also Σ t.</summary>
    /// <param name="Rho">ρ in [0, 1].</param>
    public sealed record Share(double Rho) : Budget;

    /// <summary>C itself, in the units of the Taylor column.</summary>
    /// <param name="Value">C, finite and at least 0.</param>
    public sealed record Cost(double Value) : Budget;

    /// <summary>C for a table. Errors: ρ outside [0, 1]; C negative or not finite.</summary>
    public Either<FloeError, double> Resolve(ScoreTable table) => this switch
    {
        Share { Rho: >= 0 and <= 1 } share => Right<FloeError, double>(share.Rho * table.TotalCost),
        Share share => Left<FloeError, double>(Bad("a share from 0 to 1", share.Rho)),
        Cost cost when cost.Value >= 0 && double.IsFinite(cost.Value) => Right<FloeError, double>(cost.Value),
        Cost cost => Left<FloeError, double>(Bad("a finite cost of at least 0", cost.Value)),
        _ => Left<FloeError, double>(Bad("a share or a cost", double.NaN)),
    };

    private static FloeError.Usage Bad(string expected, double found) =>
        new("budget", expected, found.ToString("R", CultureInfo.InvariantCulture), "Choose another budget; a share of 0.5 is the default.");
}
