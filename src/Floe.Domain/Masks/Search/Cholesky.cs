using System.Numerics;

namespace Floe.Domain.Masks.Search;

/// <summary>
/// Cholesky factorisation G = L Lᵀ in float64 and the solution of G u = r. Row by row in blocks, so that the rows which an inner product
/// reads stay in cache; four columns at a time in vector registers.
/// </summary>
internal static class Cholesky
{
    private const int Block = 64;

    /// <summary>Solves (G + shift·I) u = r for a packed upper triangle, or null where the matrix is not positive definite.</summary>
    /// <param name="gram">G.</param>
    /// <param name="right">r.</param>
    /// <param name="shift">Added to the diagonal.</param>
    public static double[]? Solve(PackedMatrix gram, ReadOnlySpan<double> right, double shift)
    {
        int n = gram.Size;
        double[] lower = Unpack(gram.Gram, n, shift);
        if (!Factor(lower, n))
        {
            return null;
        }

        double[] u = right.ToArray();
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> row = lower.AsSpan(i * n, i);
            u[i] = (u[i] - Dot(row, u.AsSpan(0, i))) / lower[(i * n) + i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            u[i] /= lower[(i * n) + i];
            for (int j = 0; j < i; j++)
            {
                u[j] -= lower[(i * n) + j] * u[i];
            }
        }

        return u;
    }

    private static double[] Unpack(ReadOnlySpan<double> gram, int n, double shift)
    {
        double[] full = new double[checked(n * n)];
        int read = 0;
        for (int i = 0; i < n; i++)
        {
            full[(i * n) + i] = gram[read++] + shift;
            for (int j = i + 1; j < n; j++)
            {
                full[(j * n) + i] = gram[read++];
            }
        }

        return full;
    }

    // Left-looking: when a block of rows is reached, all columns before the diagonal block are final.
    private static bool Factor(double[] a, int n)
    {
        for (int top = 0; top < n; top += Block)
        {
            int bottom = Math.Min(top + Block, n);
            for (int left = 0; left <= top; left += Block)
            {
                int right = Math.Min(left + Block, n);
                for (int i = top; i < bottom; i++)
                {
                    Update(a, n, i, left, Math.Min(right, i + 1));
                }

                for (int i = top; i < bottom; i++)
                {
                    if (!Finish(a, n, i, left, Math.Min(right, i + 1)))
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    // a[i, j] −= Σ_{k < left} a[i, k] a[j, k] for the columns j of a block.
    private static void Update(double[] a, int n, int i, int left, int right)
    {
        ReadOnlySpan<double> row = a.AsSpan(i * n, left);
        int j = left;
        for (; j + 3 < right; j += 4)
        {
            Vector<double> s0 = Vector<double>.Zero;
            Vector<double> s1 = s0;
            Vector<double> s2 = s0;
            Vector<double> s3 = s0;
            ReadOnlySpan<double> r0 = a.AsSpan(j * n, left);
            ReadOnlySpan<double> r1 = a.AsSpan((j + 1) * n, left);
            ReadOnlySpan<double> r2 = a.AsSpan((j + 2) * n, left);
            ReadOnlySpan<double> r3 = a.AsSpan((j + 3) * n, left);
            for (int k = 0; k < left; k += Vector<double>.Count)
            {
                Vector<double> x = new(row[k..]);
                s0 += x * new Vector<double>(r0[k..]);
                s1 += x * new Vector<double>(r1[k..]);
                s2 += x * new Vector<double>(r2[k..]);
                s3 += x * new Vector<double>(r3[k..]);
            }

            a[(i * n) + j] -= Vector.Sum(s0);
            a[(i * n) + j + 1] -= Vector.Sum(s1);
            a[(i * n) + j + 2] -= Vector.Sum(s2);
            a[(i * n) + j + 3] -= Vector.Sum(s3);
        }

        for (; j < right; j++)
        {
            a[(i * n) + j] -= Dot(row, a.AsSpan(j * n, left));
        }
    }

    // The columns of one block: what the block's own columns contribute, the division, and the diagonal.
    private static bool Finish(double[] a, int n, int i, int left, int right)
    {
        for (int j = left; j < right; j++)
        {
            double value = a[(i * n) + j] - Dot(a.AsSpan((i * n) + left, j - left), a.AsSpan((j * n) + left, j - left));
            if (j < i)
            {
                a[(i * n) + j] = value / a[(j * n) + j];
                continue;
            }

            if (!(value > 0) || !double.IsFinite(value))
            {
                return false;
            }

            a[(i * n) + i] = Math.Sqrt(value);
        }

        return true;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Vector<double> sums = Vector<double>.Zero;
        int k = 0;
        for (; k <= x.Length - Vector<double>.Count; k += Vector<double>.Count)
        {
            sums += new Vector<double>(x[k..]) * new Vector<double>(y[k..]);
        }

        double sum = Vector.Sum(sums);
        for (; k < x.Length; k++)
        {
            sum += x[k] * y[k];
        }

        return sum;
    }
}
