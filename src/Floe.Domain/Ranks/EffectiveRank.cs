namespace Floe.Domain.Ranks;

/// <summary>How many directions an adapter really uses.</summary>
internal static class EffectiveRank
{
    private const int Sweeps = 60;

    /// <summary>
    /// exp(H(p)), p_i = σ_i / Σ σ, σ the singular values of B·A and H the entropy in nats (Roy and Vetterli, EUSIPCO 2007): 1 for one
    /// direction, r for r equally strong ones, 0 where B·A is 0. Only the r × r Gram matrices are needed: σ² are the eigenvalues of S (BᵀB)
    /// S with S² = A Aᵀ.
    /// </summary>
    /// <param name="a">A Aᵀ, [r, r], symmetric.</param>
    /// <param name="b">BᵀB, [r, r], symmetric; of several B, the sum.</param>
    public static double Of(double[,] a, double[,] b)
    {
        double[] singular = SingularValues(a, b);
        double sum = singular.Sum();
        return sum > 0 ? Math.Exp(-singular.Select(s => s / sum).Where(p => p > 0).Sum(p => p * Math.Log(p))) : 0;
    }

    /// <summary>The singular values of B·A, descending.</summary>
    /// <param name="a">A Aᵀ, [r, r], symmetric.</param>
    /// <param name="b">BᵀB, [r, r], symmetric.</param>
    public static double[] SingularValues(double[,] a, double[,] b)
    {
        int r = a.GetLength(0);
        (double[] values, double[,] vectors) = Eigen(a);
        double[,] root = new double[r, r];
        for (int i = 0; i < r; i++)
        {
            for (int j = 0; j < r; j++)
            {
                for (int k = 0; k < r; k++)
                {
                    root[i, j] += vectors[i, k] * Math.Sqrt(Math.Max(0, values[k])) * vectors[j, k];
                }
            }
        }

        (double[] squares, _) = Eigen(Product(Product(root, b), root));
        return [.. squares.Select(s => Math.Sqrt(Math.Max(0, s))).OrderDescending()];
    }

    private static double[,] Product(double[,] x, double[,] y)
    {
        int r = x.GetLength(0);
        double[,] product = new double[r, r];
        for (int i = 0; i < r; i++)
        {
            for (int j = 0; j < r; j++)
            {
                for (int k = 0; k < r; k++)
                {
                    product[i, j] += x[i, k] * y[k, j];
                }
            }
        }

        return product;
    }

    // Cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5).
    private static (double[] Values, double[,] Vectors) Eigen(double[,] matrix)
    {
        int r = matrix.GetLength(0);
        double[,] a = (double[,])matrix.Clone();
        double[,] v = new double[r, r];
        for (int i = 0; i < r; i++)
        {
            v[i, i] = 1;
        }

        for (int sweep = 0; sweep < Sweeps && OffDiagonal(a) > 0; sweep++)
        {
            for (int p = 0; p < r; p++)
            {
                for (int q = p + 1; q < r; q++)
                {
                    Rotate(a, v, p, q);
                }
            }
        }

        return ([.. Enumerable.Range(0, r).Select(i => a[i, i])], v);
    }

    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (a[p, q] == 0)
        {
            return;
        }

        double theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
        for (int k = 0; k < a.GetLength(0); k++)
        {
            (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
        }

        for (int k = 0; k < a.GetLength(0); k++)
        {
            (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
            (v[k, p], v[k, q]) = ((c * v[k, p]) - (s * v[k, q]), (s * v[k, p]) + (c * v[k, q]));
        }

        (a[p, q], a[q, p]) = (0, 0);
    }

    private static double OffDiagonal(double[,] a)
    {
        double sum = 0;
        for (int i = 0; i < a.GetLength(0); i++)
        {
            for (int j = i + 1; j < a.GetLength(0); j++)
            {
                sum += a[i, j] * a[i, j];
            }
        }

        return sum;
    }
}
