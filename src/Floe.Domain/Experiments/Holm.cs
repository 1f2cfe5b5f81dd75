namespace Floe.Domain.Experiments;

/// <summary>Holm's step-down correction: of m tests the i-th smallest p is multiplied by m − i + 1, and no corrected p is below a smaller
/// one's (Holm 1979).</summary>
internal static class Holm
{
    /// <summary>The corrected values, in the order given; the chance that any of those called different at α is not, is at most
    /// α.</summary>
    /// <param name="values">p of each test, in [0, 1].</param>
    public static double[] Corrected(IReadOnlyList<double> values)
    {
        double[] corrected = new double[values.Count];
        double highest = 0;
        foreach ((int test, int place) in Enumerable.Range(0, values.Count).OrderBy(i => values[i]).Select((test, place) => (test, place)))
        {
            highest = Math.Max(highest, Math.Min(1, values[test] * (values.Count - place)));
            corrected[test] = highest;
        }

        return corrected;
    }
}
