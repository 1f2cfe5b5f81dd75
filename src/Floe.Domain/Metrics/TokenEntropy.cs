namespace Floe.Domain.Metrics;

/// <summary>
/// Entropy of a token sequence by its own counts, in nats a token: what the best possible model of no or one token of context would lose on
/// it. No such model fitted elsewhere does better, so a loss below these values is learnt from longer context.
/// </summary>
internal static class TokenEntropy
{
    /// <summary>H(X) = −Σ p(a) log p(a).</summary>
    /// <param name="ids">Token ids, at least one.</param>
    public static double Unigram(ReadOnlySpan<int> ids)
    {
        Dictionary<int, long> counts = [];
        foreach (int id in ids)
        {
            counts[id] = counts.GetValueOrDefault(id) + 1;
        }

        return Entropy(counts.Values, ids.Length);
    }

    /// <summary>H(Xₜ₊₁ | Xₜ) = −Σ p(a, b) log p(b | a), over the pairs of neighbours.</summary>
    /// <param name="ids">Token ids, at least two.</param>
    public static double Bigram(ReadOnlySpan<int> ids)
    {
        Dictionary<(int, int), long> pairs = [];
        for (int at = 1; at < ids.Length; at++)
        {
            pairs[(ids[at - 1], ids[at])] = pairs.GetValueOrDefault((ids[at - 1], ids[at])) + 1;
        }

        return Entropy(pairs.Values, ids.Length - 1) - Unigram(ids[..^1]);
    }

    // log n − Σ c log c / n.
    private static double Entropy(IEnumerable<long> counts, long total) =>
        Math.Log(total) - (counts.Sum(count => count * Math.Log(count)) / total);
}
