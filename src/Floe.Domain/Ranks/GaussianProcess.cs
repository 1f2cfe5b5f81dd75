using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>
/// A Gaussian process over ranks or points: mean 0, Matérn-5/2 covariance on values scaled to [0, 1], noise, losses standardized. Length
/// scale and noise are those of largest marginal likelihood on a fixed grid, the signal variance follows in closed form, so the answer is
/// the same on every machine.
/// </summary>
/// <remarks>Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, Algorithm 2.1 and Eq. 5.8; expected improvement after
/// Jones and others, 1998.</remarks>
internal static class GaussianProcess
{
    private static readonly double[] LengthScales = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6];
    private static readonly double[] NoiseRatios = [1e-4, 1e-3, 1e-2, 1e-1, 0.3];

    /// <summary>Mean and standard deviation of the loss at every rank, and the expected improvement over the lowest posterior mean of a
    /// tried rank.</summary>
    /// <param name="range">The ranks.</param>
    /// <param name="history">At least one observation with a finite loss; others are passed over.</param>
    /// <returns>None where no loss is finite.</returns>
    public static Option<RankPosterior> Posterior(RankRange range, IReadOnlyList<Observation> history) =>
        Posterior(SearchSpace.Of(range), RankSampler.Points(range, history));

    /// <summary>The same over the points of a space, in their order.</summary>
    /// <param name="space">The space.</param>
    /// <param name="history">Observations; those without a finite loss are passed over.</param>
    internal static Option<RankPosterior> Posterior(SearchSpace space, IReadOnlyList<PointObservation> history)
    {
        (Point Point, double Loss)[] finite = [
            .. history.Select(o => (o.Point, o.Loss.IfNone(double.NaN))).Where(o => double.IsFinite(o.Item2))];
        return finite.Length == 0 ? None : Fitted(space, finite);
    }

    private static RankPosterior Fitted(SearchSpace space, (Point Point, double Loss)[] history)
    {
        double mean = history.Average(o => o.Loss);
        double spread = Math.Sqrt(history.Average(o => (o.Loss - mean) * (o.Loss - mean)));
        double unit = spread > 0 ? spread : 1;
        double[][] x = [.. history.Select(o => Scaled(space, o.Point))];
        double[] y = [.. history.Select(o => (o.Loss - mean) / unit)];
        Fit best = LengthScales.SelectMany(length => NoiseRatios.Select(noise => Fit.Of(x, y, length, noise))).MaxBy(f => f.LogLikelihood)!;
        (double Mean, double Deviation)[] at = [.. space.Points.Select(point => best.At(Scaled(space, point)))];
        double lowest = x.Select(tried => best.At(tried).Mean).Min();
        return new RankPosterior(
            toArray(at.Select(p => mean + (unit * p.Mean))),
            toArray(at.Select(p => unit * p.Deviation)),
            toArray(at.Select(p => unit * Improvement(lowest, p.Mean, p.Deviation))));
    }

    // E max(0, lowest − f), f ~ N(mean, deviation²).
    private static double Improvement(double lowest, double mean, double deviation)
    {
        double z = (lowest - mean) / deviation;
        return deviation > 0
            ? Math.Max(0, ((lowest - mean) * Normal.Cdf(z)) + (deviation * Normal.Density(z)))
            : Math.Max(0, lowest - mean);
    }

    // A number scaled to [0, 1]; a word as a corner of a simplex, at distance 1 from every other, and so from where its dimension is not
    // there.
    private static double[] Scaled(SearchSpace space, Point point) =>
    [
        .. Enumerable.Range(0, point.Count).SelectMany(d => space.Dimensions[d] switch
        {
            Dimension.Whole { When.IsNone: true, Count: var count } => [count == 1 ? 0 : (double)point[d] / (count - 1)],
            Dimension.Whole { Count: var count } => point[d] == Point.Absent
                ? [0, 1]
                : [count == 1 ? 0 : (double)point[d] / (count - 1), 0],
            var words => Enumerable.Range(0, words.Count).Select(place => place == point[d] ? Math.Sqrt(0.5) : 0.0),
        }),
    ];

    private sealed record Fit(double[][] X, double[] Weights, double[,] Lower, double Length, double Signal, double LogLikelihood)
    {
        public static Fit Of(double[][] x, double[] y, double length, double noise)
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

        public (double Mean, double Deviation) At(double[] at)
        {
            double[] covariance = [.. X.Select(x => Covariance(x, at, Length))];
            double[] half = Forward(Lower, covariance);
            double mean = covariance.Zip(Weights, (c, w) => c * w).Sum();
            return (mean, Math.Sqrt(Math.Max(0, Signal * (1 - half.Sum(v => v * v)))));
        }

        private static double Covariance(double[] a, double[] b, double length)
        {
            double d = Math.Sqrt(5) * Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum()) / length;
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
internal sealed record RankPosterior(Arr<double> Mean, Arr<double> Deviation, Arr<double> Improvement);
