namespace Floe.Domain.Metrics;

/// <summary>Whether an answer is exactly the expected one, but for white space at its ends.</summary>
internal static class ExactMatch
{
    /// <summary>Compares two answers, character by character, without regard to culture.</summary>
    public static bool IsMatch(string expected, string found) => string.Equals(expected.Trim(), found.Trim(), StringComparison.Ordinal);
}
