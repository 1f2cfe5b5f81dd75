namespace Floe.Domain.Layers;

/// <summary>The convex relaxation of <see cref="GateSearch"/>.</summary>
internal static class Relaxation
{
    /// <summary>
    /// A lower bound of min −gᵀx + ½ xᵀFx over x in {0, 1} with Σ = <paramref name="left"/> for the free layers, x = 1 for those off, 0
    /// elsewhere. By Frank–Wolfe on cᵀx + ½ xᵀ(F − μI)x with c_i = −g_i + Σ_off F_ij + ½ μ: f(x) − max_s ∇f(x)ᵀ(x − s) is a bound at every
    /// x.
    /// </summary>
    /// <param name="model">g and F.</param>
    /// <param name="shift">μ, at most the smallest eigenvalue of F.</param>
    /// <param name="free">Layers not decided.</param>
    /// <param name="off">Layers that are off.</param>
    /// <param name="left">How many free layers are to go off.</param>
    /// <param name="steps">Most steps.</param>
    /// <param name="enough">A bound that need not be bettered.</param>
    /// <returns>The bound and the last x of the free layers.</returns>
    public static (double Bound, double[] X) Solve(GateModel model, double shift, int[] free, int[] off, int left, int steps, double enough)
    {
        double fixedPart = model.Rise(off);
        double[] linear = [.. free.Select(layer => (shift / 2) - model.Gradient[layer] + Along(model.Fisher(layer), off))];
        double[] x = new double[free.Length];
        x.AsSpan().Fill((double)left / free.Length);
        double bound = double.NegativeInfinity;
        double[] slope = new double[free.Length];
        for (int step = 0; step < steps; step++)
        {
            double value = fixedPart;
            for (int i = 0; i < free.Length; i++)
            {
                double curved = Curved(model, shift, free, x, i);
                slope[i] = linear[i] + curved;
                value += x[i] * (linear[i] + (curved / 2));
            }

            // The corner with the smallest slopes.
            double[] corner = new double[free.Length];
            foreach (int i in Enumerable.Range(0, free.Length).OrderBy(i => slope[i]).Take(left))
            {
                corner[i] = 1;
            }

            double gap = Enumerable.Range(0, free.Length).Sum(i => slope[i] * (x[i] - corner[i]));
            bound = Math.Max(bound, value - gap);
            if (bound >= enough || gap <= 1e-12 * (1 + Math.Abs(value)))
            {
                break;
            }

            double[] direction = [.. Enumerable.Range(0, free.Length).Select(i => corner[i] - x[i])];
            double curvature = Enumerable.Range(0, free.Length).Sum(i => direction[i] * Curved(model, shift, free, direction, i));
            double length = curvature <= 0 ? 1 : Math.Min(1, gap / curvature);
            for (int i = 0; i < x.Length; i++)
            {
                x[i] += length * direction[i];
            }
        }

        return (bound, x);
    }

    // ((F − μI) v)_i over the free layers.
    private static double Curved(GateModel model, double shift, int[] free, double[] v, int i)
    {
        ReadOnlySpan<double> row = model.Fisher(free[i]);
        double sum = -shift * v[i];
        for (int j = 0; j < free.Length; j++)
        {
            sum += row[free[j]] * v[j];
        }

        return sum;
    }

    private static double Along(ReadOnlySpan<double> row, int[] layers)
    {
        double sum = 0;
        foreach (int layer in layers)
        {
            sum += row[layer];
        }

        return sum;
    }
}

/// <summary>The spectrum of F.</summary>
internal static class Spectrum
{
    /// <summary>
    /// A number that is not above the smallest eigenvalue of F and not below 0: the largest μ found by bisection for which F − μI has a
    /// Cholesky factor, less a thousandth; 0 where none does, as with fewer samples than layers.
    /// </summary>
    /// <param name="model">F.</param>
    public static double Smallest(GateModel model)
    {
        double most = Enumerable.Range(0, model.Layers).Min(l => model.Fisher(l)[l]);
        (double low, double high) = (0, most);
        for (int i = 0; i < 40 && high - low > 1e-3 * high; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Definite(model, middle) ? (middle, high) : (low, middle);
        }

        return low * 0.999;
    }

    private static bool Definite(GateModel model, double shift)
    {
        int n = model.Layers;
        double[,] factor = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = model.Fisher(i)[j] - (i == j ? shift : 0);
                for (int k = 0; k < j; k++)
                {
                    sum -= factor[i, k] * factor[j, k];
                }

                if (i == j && !(sum > 0))
                {
                    return false;
                }

                factor[i, j] = i == j ? Math.Sqrt(sum) : sum / factor[j, j];
            }
        }

        return true;
    }
}
