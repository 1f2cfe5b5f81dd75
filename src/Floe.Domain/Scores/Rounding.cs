namespace Floe.Domain.Scores;

/// <summary>What one addition or subtraction of doubles lost to rounding; itself a double (Knuth's two-sum).</summary>
internal static class Rounding
{
    /// <summary>a + b − sum, exactly, where sum is a + b rounded.</summary>
    public static double ErrorOfSum(double a, double b, double sum)
    {
        double part = sum - a;
        return (a - (sum - part)) + (b - part);
    }

    /// <summary>a − b − difference, exactly, where difference is a − b rounded.</summary>
    public static double ErrorOfDifference(double a, double b, double difference) => ErrorOfSum(a, -b, difference);
}
