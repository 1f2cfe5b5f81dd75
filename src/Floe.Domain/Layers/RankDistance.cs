using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>How alike two rankings of the same layers are (method §7, Figures 6 to 8).</summary>
/// <param name="Spearman">Correlation of the ranks, 1 − 6 Σd²/(L(L² − 1)); 1 = the same order, −1 = reversed.</param>
/// <param name="Kendall">τ: (agreeing pairs − disagreeing pairs) / all pairs.</param>
/// <param name="TopN">n of the overlap.</param>
/// <param name="Overlap">Share of the first n layers that both rankings have among their first n.</param>
public readonly record struct RankDistance(double Spearman, double Kendall, int TopN, double Overlap)
{
    /// <summary>Compares two rankings; a ranking has no ties, since equal scores go by layer. Errors: different layers; n outside 1 …
    /// L.</summary>
    /// <param name="left">One ranking.</param>
    /// <param name="right">The other.</param>
    /// <param name="topN">n of the overlap.</param>
    public static Either<FloeError, RankDistance> Between(LayerRanking left, LayerRanking right, int topN)
    {
        if (left.Layers != right.Layers)
        {
            return Left<FloeError, RankDistance>(
                new FloeError.BadData("rankings", $"{left.Layers} layers", $"{right.Layers} layers", "Compare rankings of one model."));
        }

        if (topN < 1 || topN > left.Layers)
        {
            return Left<FloeError, RankDistance>(
                new FloeError.Usage("top", $"1 to {left.Layers}", $"{topN}", "Choose how many layers to compare."));
        }

        System.Collections.Generic.HashSet<int> first = [.. left.Order[..topN]];
        int shared = right.Order[..topN].ToArray().Count(first.Contains);
        return Right<FloeError, RankDistance>(
            new RankDistance(SpearmanOf(left, right), KendallOf(left, right), topN, (double)shared / topN));
    }

    private static double SpearmanOf(LayerRanking left, LayerRanking right)
    {
        double squares = 0;
        for (int layer = 0; layer < left.Layers; layer++)
        {
            double d = left.Ranks[layer] - right.Ranks[layer];
            squares += d * d;
        }

        double n = left.Layers;
        return left.Layers == 1 ? 1 : 1 - (6 * squares / (n * ((n * n) - 1)));
    }

    private static double KendallOf(LayerRanking left, LayerRanking right)
    {
        long score = 0;
        for (int a = 0; a < left.Layers; a++)
        {
            for (int b = a + 1; b < left.Layers; b++)
            {
                score += (left.Ranks[a] < left.Ranks[b]) == (right.Ranks[a] < right.Ranks[b]) ? 1 : -1;
            }
        }

        double pairs = (double)left.Layers * (left.Layers - 1) / 2;
        return pairs == 0 ? 1 : score / pairs;
    }
}
