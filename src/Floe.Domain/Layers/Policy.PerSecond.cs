using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

public abstract partial record Policy
{
    /// <summary>
    /// Gain per second: of all sets of n layers the one with the largest Σ gain / cost, where gain is another policy's score (below 0
    /// counts as 0) and cost is what a training step does, L + (L − lowest layer of the set) layers: all of them forward, and backward only
    /// down to the lowest adapted one. With frozen weights a layer's backward pass costs what its forward pass does, and what the adapters
    /// add is the same for all sets of n.
    /// </summary>
    /// <remarks>Exact: for each lowest layer the best set is that layer and the n − 1 largest gains above it. Ties: the higher lowest
    /// layer, then lower layers.</remarks>
    /// <param name="By">The policy whose scores are gains.</param>
    public sealed record PerSecond(Policy By) : Policy
    {
        private const string Word = "per-second";

        internal static PolicyForm Form => PolicyForm.With(Word + ":POLICY", Word, by =>
            by.StartsWith(Word, StringComparison.Ordinal) ? None : Some(Parse(by).Map(inner => (Policy)new PerSecond(inner))));

        /// <inheritdoc/>
        public override string Label => $"{Word}:{By.Label}";

        /// <inheritdoc/>
        public override Option<string> StatisticsColumn => By.StatisticsColumn;

        internal override Policy Drawn(ulong seed) => new PerSecond(By.Drawn(seed));

        internal override Either<FloeError, ChosenLayers> Choose(PolicyInput input, LayerChoice choice) =>
            from n in Number(input, choice)
            from ranking in By.Rank(input)
            select new ChosenLayers(ranking, Best(ranking, n));

        private static Arr<int> Best(LayerRanking ranking, int n)
        {
            double[] gains = [.. ranking.Scores.ToArray().Select(score => Math.Max(0, score))];
            (double Ratio, int[] Layers) best = (double.NegativeInfinity, []);
            for (int lowest = gains.Length - n; lowest >= 0; lowest--)
            {
                int[] set = [
                    lowest, .. Enumerable.Range(lowest + 1, gains.Length - lowest - 1)
                        .OrderByDescending(layer => gains[layer])
                        .Take(n - 1)];
                double ratio = set.Sum(layer => gains[layer]) / ((2.0 * gains.Length) - lowest);
                best = ratio > best.Ratio ? (ratio, set) : best;
            }

            return toArray(best.Layers.Order());
        }
    }
}
