using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>How a bootstrap is done.</summary>
/// <param name="Replicates">How many tables are drawn.</param>
/// <param name="Seed">Seed of the draws (<see cref="SplitMix64"/>).</param>
/// <param name="Level">Share of replicates between <c>rank_low</c> and <c>rank_high</c>.</param>
internal sealed record BootstrapOptions(int Replicates = 200, ulong Seed = 42, double Level = 0.9);

/// <summary>How sure a layer's place is.</summary>
/// <param name="Layer">Decoder layer.</param>
/// <param name="RankLow">Best rank of the interval; 0 = most important.</param>
/// <param name="RankHigh">Worst rank of the interval.</param>
/// <param name="SelectedShare">Share of replicates in which the layer was chosen.</param>
public readonly record struct LayerConfidence(int Layer, int RankLow, int RankHigh, double SelectedShare);

/// <summary>
/// Confidence of a ranking: parts of the sample are drawn with replacement, as many as there are, and each draw is ranked as the whole was.
/// A part is a shard or a sample; samples may be gathered into a bounded number of groups, one sums table each, which bounds memory.
/// </summary>
internal static class Bootstrap
{
    /// <summary>
    /// Ranks the replicates. A draw in which no part has Taylor sums, or all have, resamples both columns; where only some have them
    /// (calibration is apart from the sample), Taylor comes from all parts together. Errors: fewer than two parts with Fisher sums, other
    /// models, options out of range, those of a selection.
    /// </summary>
    /// <param name="parts">Sums of disjoint parts of the sample.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="bootstrap">How many draws, and the seed.</param>
    /// <param name="statistics">Columns for policies that rank by a layer statistic.</param>
    /// <param name="tuned">The whole sample's tuned masks, where the whole was ranked by them. A draw ranks by them too: a unit that the
    /// draw and the whole keep has its tuned value, one that the draw alone keeps 1. Tuning itself is not repeated.</param>
    public static Either<FloeError, Arr<LayerConfidence>> Run(
        IReadOnlyList<ScoreSums> parts,
        SelectionOptions options,
        BootstrapOptions bootstrap,
        LayerStatistics? statistics = null,
        UnitMasks? tuned = null)
    {
        if (bootstrap.Replicates < 1 || !(bootstrap.Level is > 0 and < 1))
        {
            return Left<FloeError, Arr<LayerConfidence>>(new FloeError.Usage(
                "bootstrap", "at least one replicate and a level between 0 and 1", $"{bootstrap.Replicates}, {bootstrap.Level}",
                    "200 replicates at 0.9 are the default."));
        }

        ScoreSums[] sampled = [.. parts.Where(p => p.FisherCounts.ContainsAnyExcept(0))];
        if (sampled.Length < 2)
        {
            return Left<FloeError, Arr<LayerConfidence>>(new FloeError.BadData(
                "shards", "at least two parts of the sample", $"{sampled.Length}", "Collect parts of the sample apart, or give several."));
        }

        return ScoreSums.Merge(parts).Bind(whole => whole.ToTable()).Bind(table => Draw(
            table, sampled, options, bootstrap, statistics, tuned));
    }

    private static Either<FloeError, Arr<LayerConfidence>> Draw(
        ScoreTable table,
        ScoreSums[] parts,
        SelectionOptions options,
        BootstrapOptions bootstrap,
        LayerStatistics? statistics,
        UnitMasks? tuned)
    {
        int layers = table.Shape.Layers;
        int[][] ranks = [.. Enumerable.Range(0, layers).Select(_ => new int[bootstrap.Replicates])];
        int[] chosen = new int[layers];
        bool taylorToo = parts.All(p => p.TaylorCounts.ContainsAnyExcept(0));
        SplitMix64 generator = new(bootstrap.Seed);
        for (int replicate = 0; replicate < bootstrap.Replicates; replicate++)
        {
            (int[] times, generator) = Times(generator, parts.Length);
            Either<FloeError, SelectionResult> drawn =
                from one in Resampled(table, parts, times, taylorToo)
                from binary in Select.Run(one, options, statistics)
                from selection in tuned is null
                    ? Right<FloeError, SelectionResult>(binary)
                    : tuned.On(binary.Search.Masks).Bind(masks => Select.WithTuned(one, binary, masks, statistics))
                select selection;
            if (drawn.Failed(out FloeError? error, out SelectionResult? result))
            {
                return Left<FloeError, Arr<LayerConfidence>>(error);
            }

            for (int layer = 0; layer < layers; layer++)
            {
                ranks[layer][replicate] = result.Layers.Ranking.Ranks[layer];
                chosen[layer] += result.Layers.Contains(layer) ? 1 : 0;
            }
        }

        return Right<FloeError, Arr<LayerConfidence>>(toArray(Enumerable.Range(0, layers).Select(layer =>
            Interval(layer, ranks[layer], bootstrap.Level, (double)chosen[layer] / bootstrap.Replicates))));
    }

    private static (int[] Times, SplitMix64 Next) Times(SplitMix64 generator, int parts)
    {
        int[] times = new int[parts];
        for (int draw = 0; draw < parts; draw++)
        {
            (int part, generator) = generator.NextBelow(parts);
            times[part]++;
        }

        return (times, generator);
    }

    private static Either<FloeError, ScoreTable> Resampled(ScoreTable table, ScoreSums[] parts, int[] times, bool taylorToo)
    {
        double[] fisher = Means(parts, times, p => p.Fisher.Rounded, p => p.FisherCounts, table.Fisher);
        return !table.HasCosts ? ScoreTable.FisherOnly(table.Shape, fisher)
            : ScoreTable.Create(
                table.Shape, fisher, taylorToo
                    ? Means(parts, times, p => p.Taylor.Rounded, p => p.TaylorCounts, table.Taylor)
                    : table.Taylor);
    }

    // Σ times · sum / Σ times · count; a unit that no drawn part has keeps its mean of the whole.
    private static double[] Means(
        ScoreSums[] parts, int[] times, Func<ScoreSums, ReadOnlySpan<double>> sums, Func<ScoreSums, ReadOnlySpan<long>> counts,
            ReadOnlySpan<double> whole)
    {
        double[] means = new double[whole.Length];
        double[] weights = new double[whole.Length];
        for (int part = 0; part < parts.Length; part++)
        {
            if (times[part] == 0)
            {
                continue;
            }

            ReadOnlySpan<double> values = sums(parts[part]);
            ReadOnlySpan<long> samples = counts(parts[part]);
            for (int unit = 0; unit < means.Length; unit++)
            {
                means[unit] += times[part] * values[unit];
                weights[unit] += (double)times[part] * samples[unit];
            }
        }

        for (int unit = 0; unit < means.Length; unit++)
        {
            means[unit] = weights[unit] == 0 ? whole[unit] : means[unit] / weights[unit];
        }

        return means;
    }

    private static LayerConfidence Interval(int layer, int[] ranks, double level, double share)
    {
        int[] sorted = [.. ranks.Order()];
        int outside = (int)Math.Floor((1 - level) / 2 * sorted.Length);
        return new LayerConfidence(layer, sorted[outside], sorted[sorted.Length - 1 - outside], share);
    }
}
