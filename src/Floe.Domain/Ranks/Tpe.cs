using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>How the tree-structured Parzen estimator proposes.</summary>
/// <param name="StartUp">Ranks drawn at random before the first proposal by densities.</param>
/// <param name="Candidates">None: the best of all ranks, exactly. Some: the best of so many draws from l, as Optuna 3.1.0 does by default with 24.</param>
public sealed record TpeOptions(int StartUp = 10, Option<int> Candidates = default);

/// <summary>
/// The tree-structured Parzen estimator over the ranks of a range (paper, rank search; Bergstra and others, NeurIPS 2011; forms of Optuna 3.1.0): the
/// best γ(n) = min(⌈n/10⌉, 25) observations give the density l, the others g, and the rank of largest log l(r) − log g(r) is next.
/// </summary>
public static class Tpe
{
    private const int MostBelow = 25;

    /// <summary>The next rank: a pure function of the history and the seed.</summary>
    /// <param name="range">The ranks.</param>
    /// <param name="history">What was trained, oldest first. A rank may occur several times. Losses that are not finite count as the worst.</param>
    /// <param name="seed">Of the start-up ranks, and of the draws where candidates are drawn.</param>
    /// <param name="options">Start-up and candidates.</param>
    public static Proposal Next(RankRange range, IReadOnlyList<Observation> history, uint seed, TpeOptions? options = null)
    {
        TpeOptions chosen = options ?? new TpeOptions();
        return history.Count < chosen.StartUp
            ? new Proposal(StartUp(range, history.Count, seed), "one of the first ranks, drawn at random", None)
            : Model(range, history, seed, chosen);
    }

    /// <summary>The two densities and their difference. Errors never; an empty history gives the prior twice.</summary>
    /// <param name="range">The ranks.</param>
    /// <param name="history">What was trained, oldest first.</param>
    public static (ParzenEstimator Below, ParzenEstimator Above, AcquisitionCurves Curves) Densities(RankRange range, IReadOnlyList<Observation> history)
    {
        int below = Math.Min((history.Count + 9) / 10, MostBelow);
        bool[] good = new bool[history.Count];
        foreach (int at in Enumerable.Range(0, history.Count).OrderBy(i => Worth(history[i].Loss)).Take(below))
        {
            good[at] = true;
        }

        ParzenEstimator l = ParzenEstimator.Of(range, [.. history.Where((_, i) => good[i]).Select(o => o.Rank)]);
        ParzenEstimator g = ParzenEstimator.Of(range, [.. history.Where((_, i) => !good[i]).Select(o => o.Rank)]);
        Arr<double> difference = toArray(l.LogDensity.Zip(g.LogDensity, (one, other) => one - other));
        return (l, g, new AcquisitionCurves(l.LogDensity, g.LogDensity, difference));
    }

    private static Proposal Model(RankRange range, IReadOnlyList<Observation> history, uint seed, TpeOptions options)
    {
        (ParzenEstimator below, _, AcquisitionCurves curves) = Densities(range, history);
        IEnumerable<int> candidates = options.Candidates.Match(count => Drawn(below, count, seed), () => range.Ranks);
        int best = candidates.MaxBy(rank => curves.Acquisition[rank - range.Low]);
        return new Proposal(best, "the largest log l(r) − log g(r)", curves);
    }

    // All kernels are drawn before all points, as Optuna draws them.
    internal static int[] Drawn(ParzenEstimator below, int count, uint seed)
    {
        MersenneTwister generator = new(seed);
        double[] kernels = [.. Enumerable.Range(0, count).Select(_ => generator.NextUniform())];
        return [.. kernels.Select(kernel => below.Draw(kernel, generator.NextUniform()))];
    }

    // The n-th number of a stream of its own: a start-up rank does not depend on what was observed.
    private static int StartUp(RankRange range, int place, uint seed)
    {
        MersenneTwister generator = new(seed);
        double u = 0;
        for (int i = 0; i <= place; i++)
        {
            u = generator.NextUniform();
        }

        double x = range.Low - 0.5 + (u * range.Count);
        return (int)Math.Clamp(range.Low + Math.Round(x - range.Low, MidpointRounding.ToEven), range.Low, range.High);
    }

    private static double Worth(double loss) => double.IsFinite(loss) ? loss : double.PositiveInfinity;
}
