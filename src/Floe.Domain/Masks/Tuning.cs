using System.Globalization;
using Floe.Domain.Masks.Search;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>The modes of tuning (method §6).</summary>
public enum TuningMode
{
    /// <summary>Kept entries, from equations of the stream whose earlier components carry their tuned masks.</summary>
    Retained = 0,

    /// <summary>Kept entries, from equations of the unmasked model (x′ = x): m_R = 1 + G_RR⁻¹ G_RZ 1.</summary>
    Teacher = 1,

    /// <summary>Eq. 20 to 22 as printed, over all entries: masked ones get values too.</summary>
    Printed = 2,

    /// <summary>Kept entries by LSMR, damped by 1, on the normal matrix, as retraining-free-pruning does.</summary>
    Ancestor = 3,
}

/// <summary>How tuning is done.</summary>
/// <param name="Mode">Which entries, from which equations, by which solver.</param>
/// <param name="Ridge">λ: λ·tr(AᵀA)/|R| is added to the diagonal. Not used by <see cref="TuningMode.Ancestor"/>.</param>
internal sealed record TuningOptions(TuningMode Mode = TuningMode.Retained, double Ridge = 1e-6);

/// <summary>The masks of one component after tuning.</summary>
/// <param name="Masks">m of every unit: 0 where masked (but for <see cref="TuningMode.Printed"/>), the tuned value or 1 elsewhere.</param>
/// <param name="Status">Tuned, or binary and why.</param>
internal sealed record ComponentTuning(Arr<double> Masks, TuningStatus Status);

/// <summary>
/// Closed-form tuning of one component (method §6, Eq. 16 to 22): u = (AᵀA + λ·tr(AᵀA)/|R| I)⁻¹ Aᵀb over the kept entries R, m_R = 1 + u,
/// by Cholesky in float64.
/// </summary>
internal static class Tuning
{
    /// <summary>A component stays binary when a solution goes beyond this.</summary>
    public const double LargestMask = 10;

    /// <summary>
    /// Tunes one component. It stays binary, with the reason, where |m| exceeds <see cref="LargestMask"/> or the system is not positive
    /// definite. Errors: another number of masks than unknowns; a ridge that is negative or not finite.
    /// </summary>
    /// <param name="equations">Equations over all units of the component, in u = m − 1.</param>
    /// <param name="kept">Which units are kept.</param>
    /// <param name="options">How.</param>
    public static Either<FloeError, ComponentTuning> Component(NormalEquations equations, ReadOnlySpan<bool> kept, TuningOptions options)
    {
        if (!(options.Ridge >= 0) || !double.IsFinite(options.Ridge))
        {
            return Left<FloeError, ComponentTuning>(new FloeError.Usage(
                "ridge", "a finite number of at least 0", options.Ridge.ToString(
                    "R", CultureInfo.InvariantCulture), "1e-6 is the default."));
        }

        bool[] masks = kept.ToArray();
        bool[] free = options.Mode == TuningMode.Printed ? [.. masks.Select(_ => true)] : masks;
        return equations.Restrict(free, others: -1).Map(system => Accept(system, masks, free, options));
    }

    private static ComponentTuning Accept(NormalEquations system, bool[] kept, bool[] free, TuningOptions options)
    {
        if (system.Size == 0)
        {
            return Binary(kept, "no unit is kept");
        }

        PackedMatrix gram = new(system.Gram, system.Size);
        double[]? u = options.Mode == TuningMode.Ancestor
            ? Lsmr.Solve(gram, system.Right, damp: 1, maxSteps: 5 * system.Size)
            : Cholesky.Solve(gram, system.Right, options.Ridge * system.MeanDiagonal());
        if (u is null)
        {
            return Binary(
                kept, options.Mode == TuningMode.Ancestor ? "the iteration did not converge" : "the system is not positive definite");
        }

        double largest = u.Max(value => Math.Abs(1 + value));
        double before = system.Target;
        double after = system.Residual(u);
        if (!(largest <= LargestMask))
        {
            string reason = string.Create(CultureInfo.InvariantCulture, $"a tuned mask of size {largest:G6} exceeds {LargestMask}");
            return Binary(kept, reason, before, after);
        }

        double[] masks = new double[kept.Length];
        int next = 0;
        for (int at = 0; at < masks.Length; at++)
        {
            masks[at] = free[at] ? 1 + u[next++] : 0;
        }

        return new ComponentTuning(toArray(masks), new TuningStatus.Tuned(before, after));
    }

    private static ComponentTuning Binary(bool[] kept, string reason, double? before = null, double? rejected = null) =>
        new(toArray(kept.Select(k => k ? 1.0 : 0.0)), new TuningStatus.Binary(reason, Optional(before), Optional(rejected)));
}
