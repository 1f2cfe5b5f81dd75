using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>A ranking of all layers and the layers chosen from it.</summary>
/// <param name="Ranking">Order and scores of all layers.</param>
/// <param name="Chosen">Chosen layers, ascending.</param>
public sealed record ChosenLayers(LayerRanking Ranking, Arr<int> Chosen)
{
    /// <summary>Whether a layer is chosen.</summary>
    public bool Contains(int layer) => Chosen.Contains(layer);
}

/// <summary>Applies a policy: ranks layers and takes some of them (method §7).</summary>
public static class LayerSelection
{
    /// <summary>
    /// Ranks and chooses. Errors: a statistic that is missing, a choice out of range, a threshold with a policy whose layers depend on their number.
    /// </summary>
    /// <param name="policy">By what.</param>
    /// <param name="choice">How many; <see cref="Policy.All"/> takes every layer whatever it says.</param>
    /// <param name="importance">s_k of every layer, for <see cref="Policy.Fisher"/>.</param>
    /// <param name="statistics">Columns for the other policies.</param>
    public static Either<FloeError, ChosenLayers> Choose(
        Policy policy, LayerChoice choice, ReadOnlyMemory<double> importance, LayerStatistics statistics) => policy switch
        {
            Policy.All => Rank(policy, importance, statistics).Map(r => new ChosenLayers(r, toArray(Enumerable.Range(0, r.Layers)))),
            Policy.Even => Number(choice, importance.Length)
                .Bind(n => Marked(importance.Length, EvenLayers(importance.Length, n))),
            Policy.Stratified stratified => from n in Number(choice, importance.Length)
                                            from ranking in Rank(stratified.By, importance, statistics)
                                            select new ChosenLayers(ranking, BestOfBands(ranking, n)),
            _ => from ranking in Rank(policy, importance, statistics)
                 from n in choice.CountIn(ranking)
                 select new ChosenLayers(ranking, toArray(ranking.Order[..n].ToArray().Order())),
        };

    /// <summary>The ranking of a policy. Errors: a statistic that is missing; a policy that does not rank (<c>even</c>, <c>stratified</c>).</summary>
    /// <param name="policy">By what.</param>
    /// <param name="importance">s_k of every layer.</param>
    /// <param name="statistics">Columns for the other policies.</param>
    public static Either<FloeError, LayerRanking> Rank(Policy policy, ReadOnlyMemory<double> importance, LayerStatistics statistics)
    {
        int layers = importance.Length;
        return policy switch
        {
            Policy.Fisher or Policy.All => LayerRanking.Create(importance.Span),
            Policy.Random random => LayerRanking.Create(Shuffled(layers, random.Seed)),
            Policy.First => LayerRanking.Create([.. Enumerable.Range(0, layers).Select(k => (double)(layers - k) / layers)]),
            Policy.Last => LayerRanking.Create([.. Enumerable.Range(0, layers).Select(k => (double)(k + 1) / layers)]),
            Policy.Column column => statistics.Layers == layers
                ? statistics.Complete(column.Name).Bind(values => LayerRanking.Create(values.Span))
                : Left<FloeError, LayerRanking>(new FloeError.BadData("statistics", $"{layers} layers", $"{statistics.Layers} layers", "Use statistics of the same model.")),
            _ => Left<FloeError, LayerRanking>(new FloeError.Usage(
                "policy", "a policy that ranks layers", policy.Label, "even and stratified choose a set; use fisher, random, first, last or a statistic.")),
        };
    }

    // The first layer of the permutation has the largest score.
    private static double[] Shuffled(int layers, ulong seed)
    {
        (int[] order, _) = new SplitMix64(seed).Permutation(layers);
        double[] scores = new double[layers];
        for (int place = 0; place < layers; place++)
        {
            scores[order[place]] = (double)(layers - place) / layers;
        }

        return scores;
    }

    // A choice that is a number before there are scores.
    private static Either<FloeError, int> Number(LayerChoice choice, int layers) => Inner(choice) is LayerChoice.Above
        ? Left<FloeError, int>(new FloeError.Usage("layers", "a number or a share of layers", "a threshold", "even and stratified need to know how many layers."))
        : LayerRanking.Create(new double[layers]).Bind(choice.CountIn);

    private static LayerChoice Inner(LayerChoice choice)
    {
        while (choice is LayerChoice.AtLeastHalf half)
        {
            choice = half.Inner;
        }

        return choice;
    }

    private static int[] EvenLayers(int layers, int n) => [.. Enumerable.Range(0, n).Select(i => (int)((((2L * i) + 1) * layers) / (2L * n)))];

    private static Either<FloeError, ChosenLayers> Marked(int layers, int[] chosen)
    {
        double[] scores = new double[layers];
        foreach (int layer in chosen)
        {
            scores[layer] = 1;
        }

        return LayerRanking.Create(scores).Map(ranking => new ChosenLayers(ranking, toArray(chosen)));
    }

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
