using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>
/// A density over words without an order, from words that were tried: one kernel an observation and one of the prior. The kernel of word c
/// has (1 + 1/K) / (1 + C/K) at c and (1/K) / (1 + C/K) elsewhere, C words and K kernels; the prior's is even.
/// </summary>
/// <remarks>Optuna 3.1.0, prior weight 1; the weights of the kernels are those of <see cref="ParzenEstimator"/>.</remarks>
internal static class CategoricalEstimator
{
    /// <summary>log of the density at every word; the densities add up to 1.</summary>
    /// <param name="words">How many words there are.</param>
    /// <param name="observed">Places of the words that were tried, oldest first.</param>
    public static Arr<double> LogDensity(int words, IReadOnlyList<int> observed)
    {
        double[] weights = ParzenEstimator.Shares(observed.Count);
        double even = 1.0 / weights.Length;
        double[] density = [.. Enumerable.Repeat(weights[^1] / words, words)];
        for (int kernel = 0; kernel < observed.Count; kernel++)
        {
            for (int word = 0; word < words; word++)
            {
                density[word] += weights[kernel] * (even + (word == observed[kernel] ? 1 : 0)) / (1 + (words * even));
            }
        }

        return toArray(density.Select(value => Math.Log(value)));
    }
}
