using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>What repeated trainings of one rank say of it: one observation with a variance.</summary>
/// <param name="Rank">The rank.</param>
/// <param name="Seeds">How many trainings.</param>
/// <param name="Mean">Mean loss, nats.</param>
/// <param name="Deviation">Standard deviation over seeds; None for one training.</param>
internal sealed record RankSummary(int Rank, int Seeds, double Mean, Option<double> Deviation);

/// <summary>The answer of a rank search, with its doubt.</summary>
/// <param name="Summaries">Every rank that was trained, ascending.</param>
/// <param name="Best">The rank of lowest mean loss; the smaller of equal ones.</param>
/// <param name="WithinNoise">Ranks that cannot be told from the best, ascending, the best among them.</param>
/// <param name="Answer">The smallest rank within noise.</param>
/// <param name="Noise">Standard deviation of one training, pooled over ranks; None where no rank was trained twice.</param>
internal sealed record RankVerdict(Arr<RankSummary> Summaries, int Best, Arr<int> WithinNoise, int Answer, Option<double> Noise)
{
    // Two-sided 5 % of the normal distribution.
    private const double Critical = 1.959964;

    /// <summary>
    /// Judges a history. A rank is within noise of the best where the difference of their means is at most 1.96 standard errors, σ √(1/n_r
    /// + 1/n_best), σ pooled over all ranks with several trainings. Without repeats nothing is known of the noise, and only the best is
    /// named. Errors: no finite loss.
    /// </summary>
    /// <param name="history">What was trained.</param>
    public static Either<FloeError, RankVerdict> Of(IReadOnlyList<Observation> history) => Of(history, blocks: 1);

    /// <summary>
    /// Judges trainings whose seeds are known. Where every rank was trained once with each of the same seeds, what a seed does to all ranks
    /// alike (its order of the samples, its first values) is no difference between ranks: it is taken out, and σ is what is left, with (R −
    /// 1)(S − 1) degrees of freedom of R ranks and S seeds (the two-way layout without interaction). Elsewhere as <see
    /// cref="Of(IReadOnlyList{Observation})"/>.
    /// </summary>
    /// <param name="trainings">Rank, seed and loss; no seed where another program trained.</param>
    internal static Either<FloeError, RankVerdict> Paired(IReadOnlyList<(int Rank, Option<long> Seed, double Loss)> trainings)
    {
        long[] seeds = [.. trainings.SelectMany(t => t.Seed.AsEnumerable()).Distinct()];
        int ranks = trainings.Select(t => t.Rank).Distinct().Count();
        bool whole = ranks > 1
            && seeds.Length > 1
            && trainings.Count == ranks * seeds.Length
            && trainings.All(t => t.Seed.IsSome && double.IsFinite(t.Loss))
            && trainings.Select(t => (t.Rank, t.Seed.IfNone(0))).Distinct().Count() == trainings.Count;
        if (!whole)
        {
            return Of([.. trainings.Select(t => new Observation(t.Rank, t.Loss))]);
        }

        double mean = trainings.Average(t => t.Loss);
        Dictionary<long, double> effects = seeds.ToDictionary(
            seed => seed, seed => trainings.Where(t => t.Seed == seed).Average(t => t.Loss) - mean);
        return Of([.. trainings.Select(t => new Observation(t.Rank, t.Loss - effects[t.Seed.IfNone(0)]))], seeds.Length);
    }

    private static Either<FloeError, RankVerdict> Of(IReadOnlyList<Observation> history, int blocks)
    {
        RankSummary[] summaries =
        [
            .. history.Where(o => double.IsFinite(o.Loss))
                .GroupBy(o => o.Rank)
                .OrderBy(g => g.Key)
                .Select(g => Summary(g.Key, [.. g.Select(o => o.Loss)])),
        ];
        if (summaries.Length == 0)
        {
            return new FloeError.BadData(
                "study", "a finished trial with a finite loss", "none",
                    "Train a rank first; lower the learning rate where losses diverge.");
        }

        RankSummary best = summaries.MinBy(s => s.Mean)!;
        Option<double> noise = Pooled(summaries, blocks);
        int[] within = [.. summaries.Where(s => s.Rank == best.Rank || noise.Exists(sigma => Near(s, best, sigma))).Select(s => s.Rank)];
        return new RankVerdict(toArray(summaries), best.Rank, toArray(within), within[0], noise);
    }

    /// <summary>The answer as a sentence.</summary>
    public string Sentence => WithinNoise.Count > 1
        ? string.Create(CultureInfo.InvariantCulture, $"Ranks {Listed} are within noise of the best, {Best}; {Answer} is the smallest.")
        : Noise.Match(
            _ => string.Create(CultureInfo.InvariantCulture, $"Rank {Best} is best; no other trained rank is within noise of it."),
            () =>
                string.Create(
                    CultureInfo.InvariantCulture,
                        $"Rank {Best} has the lowest loss; no rank was trained with a second seed, so the noise is not known."));

    // A run of three or more trained ranks as its ends.
    private string Listed
    {
        get
        {
            List<string> parts = [];
            int[] all = [.. WithinNoise];
            for (int from = 0, to; from < all.Length; from = to)
            {
                to = from + 1;
                while (to < all.Length && all[to] == all[to - 1] + 1)
                {
                    to++;
                }

                parts.AddRange(to - from > 2
                    ? [string.Create(CultureInfo.InvariantCulture, $"{all[from]} to {all[to - 1]}")]
                    : all[from..to].Select(rank => rank.ToString(CultureInfo.InvariantCulture)));
            }

            return string.Join(", ", parts);
        }
    }

    private static bool Near(RankSummary one, RankSummary best, double sigma) =>
        one.Mean - best.Mean <= Critical * sigma * Math.Sqrt((1.0 / one.Seeds) + (1.0 / best.Seeds));

    private static RankSummary Summary(int rank, double[] losses)
    {
        double mean = losses.Average();
        return new RankSummary(
            rank, losses.Length, mean, losses.Length < 2
                ? None
                : Math.Sqrt(losses.Sum(l => (l - mean) * (l - mean)) / (losses.Length - 1)));
    }

    private static Option<double> Pooled(RankSummary[] summaries, int blocks)
    {
        int freedom = summaries.Sum(s => s.Seeds - 1) - (blocks - 1);
        double squares = summaries.Sum(s => s.Deviation.Match(d => d * d * (s.Seeds - 1), () => 0.0));
        return freedom <= 0 ? None : Math.Sqrt(squares / freedom);
    }
}
