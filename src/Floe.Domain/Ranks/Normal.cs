namespace Floe.Domain.Ranks;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    // Beyond this the series needs many terms and the continued fraction few.
    private const double SeriesEnd = 3;

    /// <summary>Φ(z).</summary>
    public static double Cdf(double z) => 0.5 * ComplementaryError(-z / Math.Sqrt(2));

    /// <summary>φ(z).</summary>
    public static double Density(double z) => Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);

    /// <summary>Φ(b) − Φ(a) for a ≤ b, without cancellation in the right tail.</summary>
    public static double Mass(double a, double b) => a > 0 ? Cdf(-a) - Cdf(-b) : Cdf(b) - Cdf(a);

    /// <summary>The z of [a, b] with Φ(z) = Φ(a) + u (Φ(b) − Φ(a)), by bisection to the last bit.</summary>
    /// <param name="u">From 0 to 1.</param>
    /// <param name="a">Lower end.</param>
    /// <param name="b">Upper end.</param>
    public static double TruncatedQuantile(double u, double a, double b)
    {
        double aim = u * Mass(a, b);
        (double low, double high) = (a, b);
        while (true)
        {
            double middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high)
            {
                return middle;
            }

            (low, high) = Mass(a, middle) < aim ? (middle, high) : (low, middle);
        }
    }

    // erfc: 1 − erf by its series of positive terms near zero, the continued fraction of Laplace beyond.
    private static double ComplementaryError(double x) => x < 0 ? 2 - ComplementaryError(-x)
        : x < SeriesEnd ? 1 - Error(x)
        : Tail(x);

    // erf(x) = 2/√π e^{−x²} Σ 2ⁿ x^{2n+1} / (2n+1)!!
    private static double Error(double x)
    {
        double term = x, sum = x;
        for (int n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    // erfc(x) = e^{−x²}/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), from the inside out.
    private static double Tail(double x)
    {
        double fraction = x;
        for (int n = 120; n >= 1; n--)
        {
            fraction = x + (n / 2.0 / fraction);
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
