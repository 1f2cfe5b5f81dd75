using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Masks;

/// <summary>
/// Algorithm 2 as printed, on the masked set M (method §5, option <c>literal</c>): while some p in M and q outside it have ΔC = t_p − t_q ≥
/// 0 and ΔL = τ_p − τ_q above 0, the pair of largest ΔL changes places. Within each layer, layers ascending.
/// </summary>
/// <remarks>Equal ΔL: the earlier p, then the earlier q. The largest pair is kept in a tree over the units by cost, so a swap costs O(log
/// n).</remarks>
internal static class LiteralRefinement
{
    /// <summary>Runs the printed swaps.</summary>
    /// <param name="table">The scores.</param>
    /// <param name="masks">The masks to start from; M is what they mask.</param>
    /// <param name="cost">C; the slack is C − Σ t over M.</param>
    /// <param name="crossOnly">Only pairs of a head and a neuron (Eq. 14), else any pair of a layer (Appendix C).</param>
    public static RefinementResult Run(ScoreTable table, BinaryMasks masks, double cost, bool crossOnly)
    {
        bool[] kept = masks.Kept.ToArray();
        ExactSum remaining = ExactSum.Rest(cost, table.Taylor, kept, taken: false);
        double before = remaining.Round();
        List<UnitSwap> swaps = [];
        for (int layer = 0; layer < table.Shape.Layers; layer++)
        {
            PairTree tree = new(table, layer, kept, crossOnly);
            while (tree.Best() is { } pair)
            {
                swaps.Add(pair);
                kept[pair.Leaving] = true;
                kept[pair.Entering] = false;
                tree.Exchange(pair);
                remaining.Add(table.Taylor[pair.Leaving]);
                remaining.Subtract(table.Taylor[pair.Entering]);
            }
        }

        int perLayer = table.Shape.UnitsPerLayer;
        int cross = swaps.Count(s => s.Leaving % perLayer < table.Shape.Heads != s.Entering % perLayer < table.Shape.Heads);
        return new RefinementResult(
            BinaryMasks.Own(masks.Shape, kept), before, 0, toArray(swaps), cross, swaps.Count + 1, 0, remaining.Round());
    }
}
