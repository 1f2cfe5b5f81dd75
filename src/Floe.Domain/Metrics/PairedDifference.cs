using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Metrics;

/// <summary>How much better one system is than another on the same items, and how sure that is.</summary>
/// <param name="Mean">Mean of first − second.</param>
/// <param name="Low">2.5th percentile of the resampled means.</param>
/// <param name="High">97.5th percentile.</param>
/// <param name="PValue">Two-sided: min(1, 2·min(P(mean ≤ 0), P(mean ≥ 0))) over the resamples.</param>
public sealed record PairedDifference(double Mean, double Low, double High, double PValue)
{
    /// <summary>Resamples taken by default.</summary>
    public const int DefaultResamples = 10_000;

    private const double Tail = 0.025;

    /// <summary>
    /// Paired bootstrap (Efron and Tibshirani 1993): items are drawn with replacement, both systems' values together. Percentiles are
    /// values that occurred: the smallest with at least that share of resamples at or below it.
    /// </summary>
    /// <param name="first">A value an item: a loss, or 1 for right and 0 for wrong.</param>
    /// <param name="second">The other system's values of the same items.</param>
    /// <param name="seed">Starts <see cref="SplitMix64"/>.</param>
    /// <param name="resamples">Number of resamples, at least 1.</param>
    /// <returns>The difference, or None where the lists differ in length or are empty.</returns>
    public static Option<PairedDifference> Of(
        ReadOnlySpan<double> first, ReadOnlySpan<double> second, long seed, int resamples = DefaultResamples)
    {
        if (first.Length != second.Length || first.IsEmpty)
        {
            return None;
        }

        double[] differences = new double[first.Length];
        for (int item = 0; item < differences.Length; item++)
        {
            differences[item] = first[item] - second[item];
        }

        double[] means = Resample(differences, seed, resamples);
        System.Array.Sort(means);
        double atMost = means.Count(mean => mean <= 0) / (double)resamples;
        double atLeast = means.Count(mean => mean >= 0) / (double)resamples;
        double twoSided = Math.Min(1.0, 2.0 * Math.Min(atMost, atLeast));
        return Some(new PairedDifference(differences.Sum() / differences.Length, At(means, Tail), At(means, 1 - Tail), twoSided));
    }

    private static double[] Resample(double[] differences, long seed, int resamples)
    {
        SplitMix64 generator = new(unchecked((ulong)seed));
        double[] means = new double[resamples];
        for (int round = 0; round < resamples; round++)
        {
            double sum = 0;
            for (int draw = 0; draw < differences.Length; draw++)
            {
                (int item, generator) = generator.NextBelow(differences.Length);
                sum += differences[item];
            }

            means[round] = sum / differences.Length;
        }

        return means;
    }

    private static double At(double[] sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
