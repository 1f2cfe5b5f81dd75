using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>
/// A Gaussian process over ranks: mean 0, Matérn-5/2 covariance on r scaled to [0, 1], noise, losses standardized. Length scale and noise are those of
/// largest marginal likelihood on a fixed grid, the signal variance follows in closed form, so the answer is the same on every machine.
/// </summary>
/// <remarks>Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, Algorithm 2.1 and Eq. 5.8; expected improvement after Jones and others, 1998.</remarks>
public static class GaussianProcess
{
    private static readonly double[] LengthScales = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6];
    private static readonly double[] NoiseRatios = [1e-4, 1e-3, 1e-2, 1e-1, 0.3];

    /// <summary>Mean and standard deviation of the loss at every rank, and the expected improvement over the lowest posterior mean of a tried rank.</summary>
    /// <param name="range">The ranks.</param>
    /// <param name="history">At least one observation with a finite loss; others are passed over.</param>
    /// <returns>None where no loss is finite.</returns>
    public static Option<RankPosterior> Posterior(RankRange range, IReadOnlyList<Observation> history)
    {
        Observation[] finite = [.. history.Where(o => double.IsFinite(o.Loss))];
        return finite.Length == 0 ? None : Fitted(range, finite);
    }

    private static RankPosterior Fitted(RankRange range, Observation[] history)
    {
        double mean = history.Average(o => o.Loss);
        double spread = Math.Sqrt(history.Average(o => (o.Loss - mean) * (o.Loss - mean)));
        double unit = spread > 0 ? spread : 1;
        double[] x = [.. history.Select(o => Scaled(range, o.Rank))];
        double[] y = [.. history.Select(o => (o.Loss - mean) / unit)];
        Fit best = LengthScales.SelectMany(length => NoiseRatios.Select(noise => Fit.Of(x, y, length, noise))).MaxBy(f => f.LogLikelihood)!;
        (double Mean, double Deviation)[] at = [.. range.Ranks.Select(r => best.At(Scaled(range, r)))];
        double lowest = history.Select(o => at[o.Rank - range.Low].Mean).Min();
        return new RankPosterior(
            toArray(at.Select(p => mean + (unit * p.Mean))),
            toArray(at.Select(p => unit * p.Deviation)),
            toArray(at.Select(p => unit * Improvement(lowest, p.Mean, p.Deviation))));
    }

    // E max(0, lowest − f), f ~ N(mean, deviation²).
    private static double Improvement(double lowest, double mean, double deviation)
    {
        double z = (lowest - mean) / deviation;
        return deviation > 0 ? Math.Max(0, ((lowest - mean) * Normal.Cdf(z)) + (deviation * Normal.Density(z))) : Math.Max(0, lowest - mean);
    }

    private static double Scaled(RankRange range, int rank) => range.Count == 1 ? 0 : (double)(rank - range.Low) / (range.Count - 1);

    private sealed record Fit(double[] X, double[] Weights, double[,] Lower, double Length, double Signal, double LogLikelihood)
    {
        public static Fit Of(double[] x, double[] y, double length, double noise)
        {
            int n = x.Length;
            double[,] lower = new double[n, n];
            double logDeterminant = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double sum = Covariance(x[i], x[j], length) + (i == j ? noise : 0);
                    for (int k = 0; k < j; k++)
                    {
                        sum -= lower[i, k] * lower[j, k];
                    }

                    lower[i, j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / lower[j, j];
                }

                logDeterminant += 2 * Math.Log(lower[i, i]);
            }

            double[] half = Forward(lower, y);
            double signal = Math.Max(half.Sum(v => v * v) / n, 1e-12);
            return new Fit(x, Backward(lower, half), lower, length, signal, -0.5 * ((n * Math.Log(signal)) + logDeterminant));
        }

        public (double Mean, double Deviation) At(double at)
        {
            double[] covariance = [.. X.Select(x => Covariance(x, at, Length))];
            double[] half = Forward(Lower, covariance);
            double mean = covariance.Zip(Weights, (c, w) => c * w).Sum();
            return (mean, Math.Sqrt(Math.Max(0, Signal * (1 - half.Sum(v => v * v)))));
        }

        private static double Covariance(double a, double b, double length)
        {
            double d = Math.Sqrt(5) * Math.Abs(a - b) / length;
            return (1 + d + (d * d / 3)) * Math.Exp(-d);
        }

        private static double[] Forward(double[,] lower, double[] right)
        {
            double[] solution = [.. right];
            for (int i = 0; i < solution.Length; i++)
            {
                for (int k = 0; k < i; k++)
                {
                    solution[i] -= lower[i, k] * solution[k];
                }

                solution[i] /= lower[i, i];
            }

            return solution;
        }

        private static double[] Backward(double[,] lower, double[] right)
        {
            double[] solution = [.. right];
            for (int i = solution.Length - 1; i >= 0; i--)
            {
                for (int k = i + 1; k < solution.Length; k++)
                {
                    solution[i] -= lower[k, i] * solution[k];
                }

                solution[i] /= lower[i, i];
            }

            return solution;
        }
    }
}

/// <summary>What a Gaussian process says of every rank of a range, ascending.</summary>
/// <param name="Mean">Expected loss, nats.</param>
/// <param name="Deviation">Its standard deviation, without the noise of one training.</param>
/// <param name="Improvement">Expected improvement, nats.</param>
public sealed record RankPosterior(Arr<double> Mean, Arr<double> Deviation, Arr<double> Improvement);
