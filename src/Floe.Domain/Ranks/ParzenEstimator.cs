using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>
/// A density over the ranks of a range from ranks that were tried: a mixture of normals around them and of one wide prior, each truncated
/// to [low − ½, high + ½] and integrated over [r − ½, r + ½].
/// </summary>
/// <remarks>
/// Optuna 3.1.0 (the rule of 3.1.0 to 4.8.0 for one integer): prior N((low + high)/2, width) with width = high − low + 1; the bandwidth of
/// a kernel is the larger of the gaps to its neighbours, prior included, the outermost kernels taking the gap inwards; clipped to [width /
/// min(100, n + 2), width]; the last 25 observations weigh 1, older ones fall off linearly to 1/n. Equal ranks are in the order they were
/// tried.
/// </remarks>
internal sealed class ParzenEstimator
{
    private const int FullWeight = 25;
    private const double MostKernels = 100;

    private readonly double low;
    private readonly double high;

    private ParzenEstimator(RankRange range, double[] means, double[] sigmas, double[] weights)
    {
        (low, high) = (range.Low - 0.5, range.High + 0.5);
        (Means, Sigmas, Weights) = (toArray(means), toArray(sigmas), toArray(weights));
        LogDensity = toArray(range.Ranks.Select(LogMass));
    }

    /// <summary>Means of the kernels: the observations in their order, then the prior.</summary>
    public Arr<double> Means { get; }

    /// <summary>Their bandwidths.</summary>
    public Arr<double> Sigmas { get; }

    /// <summary>Their weights; they add up to 1.</summary>
    public Arr<double> Weights { get; }

    /// <summary>log of the density at every rank of the range, ascending; the densities add up to 1.</summary>
    public Arr<double> LogDensity { get; }

    /// <summary>The estimator of some observations.</summary>
    /// <param name="range">The ranks.</param>
    /// <param name="observed">Ranks that were tried, oldest first; none leaves the prior.</param>
    public static ParzenEstimator Of(RankRange range, IReadOnlyList<int> observed)
    {
        double low = range.Low - 0.5, high = range.High + 0.5;
        double[] means = [.. observed.Select(r => (double)r), 0.5 * (low + high)];
        return new ParzenEstimator(range, means, Bandwidths(means, low, high), Shares(observed.Count));
    }

    /// <summary>A rank drawn from the density: a kernel by its weight, a point of the truncated normal, rounded half to even.</summary>
    /// <param name="kernel">From 0 to 1, chooses the kernel.</param>
    /// <param name="point">From 0 to 1, chooses the point.</param>
    internal int Draw(double kernel, double point)
    {
        double sum = Weights.Sum();
        double reached = 0;
        int at = 0;
        while (at < Weights.Count - 1 && (reached += Weights[at]) / sum <= kernel)
        {
            at++;
        }

        double z = Normal.TruncatedQuantile(point, (low - Means[at]) / Sigmas[at], (high - Means[at]) / Sigmas[at]);
        double lowest = low + 0.5;
        double rank = lowest + Math.Round(Means[at] + (Sigmas[at] * z) - lowest, MidpointRounding.ToEven);
        return (int)Math.Clamp(rank, lowest, high - 0.5);
    }

    private static double[] Bandwidths(double[] means, double low, double high)
    {
        int[] order = [.. Enumerable.Range(0, means.Length).OrderBy(i => means[i])];
        double[] padded = [low, .. order.Select(i => means[i]), high];
        double[] sigmas = new double[means.Length];
        double width = high - low;
        double least = width / Math.Min(MostKernels, 1 + means.Length);
        for (int place = 1; place <= means.Length; place++)
        {
            double left = padded[place] - padded[place - 1], right = padded[place + 1] - padded[place];
            bool inner = means.Length >= 2;
            double gap = inner && place == 1 ? right : inner && place == means.Length ? left : Math.Max(left, right);
            sigmas[order[place - 1]] = Math.Clamp(gap, least, width);
        }

        sigmas[^1] = width;
        return sigmas;
    }

    /// <summary>Weights of the kernels of some observations, oldest first, and of the prior; they add up to 1.</summary>
    internal static double[] Shares(int observed)
    {
        int ramp = Math.Max(0, observed - FullWeight);
        double[] weights = [.. Enumerable.Range(0, observed).Select(Weight), 1];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];

        double Weight(int i) => i >= ramp ? 1 : ramp == 1 ? 1.0 / observed : (1.0 / observed) + (i * (1 - (1.0 / observed)) / (ramp - 1));
    }

    private double LogMass(int rank)
    {
        double[] logs = new double[Means.Count];
        for (int i = 0; i < logs.Length; i++)
        {
            (double mean, double sigma) = (Means[i], Sigmas[i]);
            double inside = Normal.Mass((Math.Max(rank - 0.5, low) - mean) / sigma, (Math.Min(rank + 0.5, high) - mean) / sigma);
            double whole = Normal.Mass((low - mean) / sigma, (high - mean) / sigma);
            logs[i] = Math.Log(Weights[i]) + Math.Log(inside) - Math.Log(whole);
        }

        double largest = logs.Max();
        return largest + Math.Log(logs.Sum(value => Math.Exp(value - largest)));
    }
}
