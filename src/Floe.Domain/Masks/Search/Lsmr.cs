namespace Floe.Domain.Masks.Search;

/// <summary>
/// LSMR (Fong and Saunders, SIAM J. Sci. Comput. 33, 2011) for min ‖G u − r‖² + damp² ‖u‖² with a symmetric G: the solver that
/// retraining-free-pruning uses on its normal matrix. With damp 0 and a singular G it ends at the solution of least norm.
/// </summary>
internal static class Lsmr
{
    // The gradient ‖Gᵀ(r − G u) − damp² u‖ against that at u = 0: iterate to the first, accept the second when steps run out.
    private const double Aim = 1e-14;
    private const double Enough = 1e-6;

    /// <summary>The solution, or null where <paramref name="maxSteps"/> were not enough to converge.</summary>
    /// <param name="gram">G.</param>
    /// <param name="right">r.</param>
    /// <param name="damp">Damping.</param>
    /// <param name="maxSteps">Most steps; each is two products with G.</param>
    public static double[]? Solve(PackedMatrix gram, ReadOnlySpan<double> right, double damp, int maxSteps)
    {
        int n = gram.Size;
        double[] solution = new double[n];
        double[] product = new double[n];
        double[] u = right.ToArray();
        double beta = Normalise(u);
        double[] v = new double[n];
        gram.Multiply(u, v);
        double alpha = Normalise(v);
        if (alpha * beta == 0)
        {
            return solution;
        }

        double[] h = [.. v];
        double[] hBar = new double[n];
        (double zetaBar, double alphaBar, double rho, double rhoBar, double cBar, double sBar) = (alpha * beta, alpha, 1, 1, 1, 0);
        double firstGradient = alpha * beta;
        for (int step = 0; step < maxSteps; step++)
        {
            gram.Multiply(v, product);
            Combine(product, u, -alpha);
            (u, product) = (product, u);
            beta = Normalise(u);
            gram.Multiply(u, product);
            Combine(product, v, -beta);
            (v, product) = (product, v);
            alpha = Normalise(v);

            // The rotations Q̂, Q and Q̄ of the paper, in its notation.
            double alphaHat = double.Hypot(alphaBar, damp);
            double rhoOld = rho;
            rho = double.Hypot(alphaHat, beta);
            double c = alphaHat / rho;
            double s = beta / rho;
            double theta = s * alpha;
            alphaBar = c * alpha;
            double rhoBarOld = rhoBar;
            double thetaBar = sBar * rho;
            rhoBar = double.Hypot(cBar * rho, theta);
            double zeta = cBar * rho / rhoBar * zetaBar;
            sBar = theta / rhoBar;
            double cBarOld = cBar;
            cBar = cBarOld * rho / rhoBar;
            zetaBar = -sBar * zetaBar;

            double back = thetaBar * rho / (rhoOld * rhoBarOld);
            double ahead = zeta / (rho * rhoBar);
            for (int i = 0; i < n; i++)
            {
                hBar[i] = h[i] - (back * hBar[i]);
                solution[i] += ahead * hBar[i];
                h[i] = v[i] - (theta / rho * h[i]);
            }

            if (Math.Abs(zetaBar) <= Aim * firstGradient || alpha == 0)
            {
                return solution;
            }
        }

        return Math.Abs(zetaBar) <= Enough * firstGradient ? solution : null;
    }

    // x += factor · y
    private static void Combine(double[] x, double[] y, double factor)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += factor * y[i];
        }
    }

    private static double Normalise(double[] x)
    {
        double norm = Math.Sqrt(x.Sum(value => value * value));
        if (norm > 0)
        {
            for (int i = 0; i < x.Length; i++)
            {
                x[i] /= norm;
            }
        }

        return norm;
    }
}
