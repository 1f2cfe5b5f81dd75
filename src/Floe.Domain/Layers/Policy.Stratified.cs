using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

public abstract partial record Policy
{
    /// <summary>Depth cut into n equal bands, and the best layer of each by another policy.</summary>
    /// <param name="By">The policy that ranks within a band.</param>
    public sealed record Stratified(Policy By) : Policy
    {
        private const string Word = "stratified";

        internal static PolicyForm Form => PolicyForm.Or(
            Word + "[:POLICY]",
            PolicyForm.Word(Word, new Stratified(new Fisher())),
            PolicyForm.With(
                "", Word, by => by.StartsWith(Word, StringComparison.Ordinal)
                    ? None
                    : Some(Parse(by).Map(inner => (Policy)new Stratified(inner)))));

        /// <inheritdoc/>
        public override string Label => By is Fisher ? Word : $"{Word}:{By.Label}";

        /// <inheritdoc/>
        public override Option<string> StatisticsColumn => By.StatisticsColumn;

        internal override Policy Drawn(ulong seed) => new Stratified(By.Drawn(seed));

        internal override Either<FloeError, ChosenLayers> Choose(PolicyInput input, LayerChoice choice) =>
            from n in Number(input, choice)
            from ranking in By.Rank(input)
            select new ChosenLayers(ranking, BestOfBands(ranking, n));

        // Band b holds the layers k with floor(k n / L) = b.
        private static Arr<int> BestOfBands(LayerRanking ranking, int n)
        {
            int[] best = new int[n];
            best.AsSpan().Fill(-1);
            foreach (int layer in ranking.Order)
            {
                int band = (int)((long)layer * n / ranking.Layers);
                best[band] = best[band] < 0 ? layer : best[band];
            }

            return toArray(best);
        }
    }
}
