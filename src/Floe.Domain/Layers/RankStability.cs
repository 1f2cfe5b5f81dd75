using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>Rank distances between any two of several rankings: budgets, samples, stages with and without refinement (Figures 6 to
/// 8).</summary>
internal static class RankStability
{
    /// <summary>The table of distances; entry [i][j] compares ranking i with ranking j. Errors: rankings of other layers; n outside 1 …
    /// L.</summary>
    /// <param name="rankings">The rankings.</param>
    /// <param name="topN">n of the overlap.</param>
    public static Either<FloeError, Arr<Arr<RankDistance>>> Between(IReadOnlyList<LayerRanking> rankings, int topN)
    {
        List<Arr<RankDistance>> rows = [];
        foreach (LayerRanking left in rankings)
        {
            List<RankDistance> row = [];
            foreach (LayerRanking right in rankings)
            {
                if (RankDistance.Between(left, right, topN).Failed(out FloeError? error, out RankDistance distance))
                {
                    return Left<FloeError, Arr<Arr<RankDistance>>>(error);
                }

                row.Add(distance);
            }

            rows.Add(toArray(row));
        }

        return Right<FloeError, Arr<Arr<RankDistance>>>(toArray(rows));
    }
}
