using LanguageExt;

namespace Floe.Domain.Experiments;

/// <summary>How much larger one set's losses are than another's on the same held-out samples, over the seeds of their trainings.</summary>
/// <param name="Mean">Mean of first − second, in nats.</param>
/// <param name="Low">2.5th percentile of the resampled means.</param>
/// <param name="High">97.5th percentile.</param>
/// <param name="PValue">Two-sided: min(1, 2·min(P(mean ≤ 0), P(mean ≥ 0))) over the resamples.</param>
internal sealed record SeededDifference(double Mean, double Low, double High, double PValue)
{
    /// <summary>Resamples taken by default.</summary>
    public const int DefaultResamples = 2000;

    /// <summary>
    /// Paired bootstrap over samples and seeds: each resample draws held-out samples with replacement, the same for both sides, and on each
    /// side seeds with replacement. Errors: no seed or no sample; rows of several lengths.
    /// </summary>
    /// <param name="first">Losses by seed and sample.</param>
    /// <param name="second">The other's; its seeds need not be as many.</param>
    /// <param name="seed">Starts <see cref="SplitMix64"/>.</param>
    /// <param name="resamples">At least 1.</param>
    public static Either<FloeError, SeededDifference> Of(
        IReadOnlyList<double[]> first, IReadOnlyList<double[]> second, ulong seed, int resamples = DefaultResamples)
    {
        if (first.Count == 0 || second.Count == 0 || first[0].Length == 0 || first.Concat(second).Any(row => row.Length != first[0].Length))
        {
            return new FloeError.BadData(
                "losses", "a loss of each of the same held-out samples for at least one seed on both sides", "other lists",
                    "Measure both on one file.");
        }

        SplitMix64 random = new(seed);
        double[] means = new double[resamples];
        for (int round = 0; round < resamples; round++)
        {
            int[] samples = Draw(first[0].Length, ref random);
            means[round] = Drawn(first, Draw(first.Count, ref random), samples) - Drawn(second, Draw(second.Count, ref random), samples);
        }

        System.Array.Sort(means);
        double atMost = means.Count(mean => mean <= 0) / (double)resamples, atLeast = means.Count(mean => mean >= 0) / (double)resamples;
        return new SeededDifference(
            first.Average(row => row.Average()) - second.Average(row => row.Average()), At(means, 0.025), At(means, 0.975), Math.Min(
                1, 2 * Math.Min(atMost, atLeast)));
    }

    private static int[] Draw(int count, ref SplitMix64 random)
    {
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++)
        {
            (drawn[i], random) = random.NextBelow(count);
        }

        return drawn;
    }

    private static double Drawn(IReadOnlyList<double[]> losses, int[] seeds, int[] samples)
    {
        double sum = 0;
        foreach (int seed in seeds)
        {
            double[] row = losses[seed];
            foreach (int sample in samples)
            {
                sum += row[sample];
            }
        }

        return sum / ((double)seeds.Length * samples.Length);
    }

    private static double At(double[] sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
