using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>How the tree-structured Parzen estimator proposes.</summary>
/// <param name="StartUp">Points drawn at random before the first proposal by densities.</param>
/// <param name="Candidates">None: the best of all values, exactly. Some: the best of so many draws from l, as Optuna 3.1.0 does by default
/// with 24.</param>
public sealed record TpeOptions(int StartUp = 10, Option<int> Candidates = default);

/// <summary>
/// The tree-structured Parzen estimator (paper, rank search; Bergstra and others, NeurIPS 2011; forms of Optuna 3.1.0): the best γ(n) =
/// min(⌈n/10⌉, 25) observations give the density l, the others g, and the value of largest log l − log g is next, in each dimension by
/// itself. A dimension under a condition counts the observations that have it.
/// </summary>
internal static class Tpe
{
    private const int MostBelow = 25;

    /// <summary>The next rank: a pure function of the history and the seed.</summary>
    /// <param name="range">The ranks.</param>
    /// <param name="history">What was trained, oldest first. A rank may occur several times. Losses that are not finite count as the
    /// worst.</param>
    /// <param name="seed">Of the start-up ranks, and of the draws where candidates are drawn.</param>
    /// <param name="options">Start-up and candidates.</param>
    public static Proposal Next(RankRange range, IReadOnlyList<Observation> history, uint seed, TpeOptions? options = null)
    {
        PointProposal next = Next(SearchSpace.Of(range), RankSampler.Points(range, history), seed, options ?? new TpeOptions());
        return new Proposal(range.Low + next.Point[0], next.Reason, next.Curves.HeadOrNone().Map(c => c.Curves));
    }

    /// <summary>The next point of a space, as <see cref="Next(RankRange, IReadOnlyList{Observation}, uint, TpeOptions)"/>; no point that is
    /// running.</summary>
    /// <param name="space">The space.</param>
    /// <param name="history">What was proposed, oldest first.</param>
    /// <param name="seed">Of the start-up points, and of the draws where candidates are drawn.</param>
    /// <param name="options">Start-up and candidates.</param>
    internal static PointProposal Next(SearchSpace space, IReadOnlyList<PointObservation> history, uint seed, TpeOptions options)
    {
        System.Collections.Generic.HashSet<Point> running = [.. history.Where(o => o.Loss.IsNone).Select(o => o.Point)];
        PointObservation[] trained = [.. history.Where(o => o.Loss.IsSome)];
        return trained.Length < options.StartUp
            ? PointProposal.Without(
                PointChoice.InOrder(
                    space, running, (d, places) => StartUp(space.Dimensions[d].Count, places, history.Count, seed + (uint)d)),
                "one of the first points, drawn at random")
            : Model(space, trained, running, seed, options);
    }

    /// <summary>The two densities over ranks and their difference. Errors never; an empty history gives the prior twice.</summary>
    /// <param name="range">The ranks.</param>
    /// <param name="history">What was trained, oldest first.</param>
    public static (
        ParzenEstimator Below, ParzenEstimator Above, AcquisitionCurves Curves) Densities(
            RankRange range, IReadOnlyList<Observation> history)
    {
        bool[] good = Good([.. history.Select(o => o.Loss)]);
        ParzenEstimator l = ParzenEstimator.Of(range, [.. history.Where((_, i) => good[i]).Select(o => o.Rank)]);
        ParzenEstimator g = ParzenEstimator.Of(range, [.. history.Where((_, i) => !good[i]).Select(o => o.Rank)]);
        return (l, g, AcquisitionCurves.Of(l.LogDensity, g.LogDensity));
    }

    /// <summary>What a proposal by densities would look at in every dimension that some observation has.</summary>
    /// <param name="space">The space.</param>
    /// <param name="trained">What was trained, oldest first.</param>
    internal static Arr<DimensionCurves> Curves(SearchSpace space, IReadOnlyList<PointObservation> trained) =>
        toArray(Enumerable.Range(0, space.Dimensions.Count).Select(d => new DimensionCurves(d, Curves(space, trained, d))));

    private static AcquisitionCurves Curves(SearchSpace space, IReadOnlyList<PointObservation> trained, int dimension)
    {
        bool[] good = Good([.. trained.Select(o => o.Loss.IfNone(double.NaN))]);
        return AcquisitionCurves.Of(Density(true), Density(false));

        Arr<double> Density(bool which)
        {
            int[] places = [
                .. trained.Where((o, i) => good[i] == which && o.Point[dimension] != Point.Absent).Select(o => o.Point[dimension])];
            return space.Dimensions[dimension] is Dimension.Whole whole
                ? ParzenEstimator.Of(whole.Range, [.. places.Select(place => whole.Range.Low + place)]).LogDensity
                : CategoricalEstimator.LogDensity(space.Dimensions[dimension].Count, places);
        }
    }

    private static PointProposal Model(
        SearchSpace space, PointObservation[] trained, IReadOnlySet<Point> running, uint seed, TpeOptions options)
    {
        Arr<DimensionCurves> curves = Curves(space, trained);
        return new PointProposal(PointChoice.InOrder(space, running, Best), "the largest log l − log g", curves);

        int Best(int dimension, int[] places)
        {
            AcquisitionCurves of = curves[dimension].Curves;
            int[] drawn = options.Candidates.Match(count => Drawn(space, trained, dimension, count, seed + (uint)dimension), () => places);
            int[] open = [.. drawn.Where(places.Contains)];
            return (open.Length > 0 ? open : places).MaxBy(place => of.Acquisition[place]);
        }
    }

    private static int[] Drawn(SearchSpace space, PointObservation[] trained, int dimension, int count, uint seed)
    {
        bool[] good = Good([.. trained.Select(o => o.Loss.IfNone(double.NaN))]);
        int[] below = [.. trained.Where((o, i) => good[i] && o.Point[dimension] != Point.Absent).Select(o => o.Point[dimension])];
        if (space.Dimensions[dimension] is Dimension.Whole whole)
        {
            return [.. Drawn(ParzenEstimator.Of(whole.Range, [.. below.Select(place => whole.Range.Low + place)]), count, seed)
                .Select(rank => rank - whole.Range.Low)];
        }

        double[] density = [.. CategoricalEstimator.LogDensity(space.Dimensions[dimension].Count, below).Select(Math.Exp)];
        MersenneTwister generator = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Reached(density, generator.NextUniform()))];
    }

    // All kernels are drawn before all points, as Optuna draws them.
    internal static int[] Drawn(ParzenEstimator below, int count, uint seed)
    {
        MersenneTwister generator = new(seed);
        double[] kernels = [.. Enumerable.Range(0, count).Select(_ => generator.NextUniform())];
        return [.. kernels.Select(kernel => below.Draw(kernel, generator.NextUniform()))];
    }

    // The n-th number of a stream of its own: a start-up value does not depend on what was observed. One that is taken gives way to the
    // next that is not.
    private static int StartUp(int count, int[] places, int place, uint seed)
    {
        MersenneTwister generator = new(seed);
        double u = 0;
        for (int i = 0; i <= place; i++)
        {
            u = generator.NextUniform();
        }

        int drawn = (int)Math.Clamp(Math.Round((u * count) - 0.5, MidpointRounding.ToEven), 0, count - 1);
        return places.FirstOrDefault(free => free >= drawn, places[0]);
    }

    private static int Reached(double[] density, double u)
    {
        double reached = 0;
        int at = 0;
        while (at < density.Length - 1 && (reached += density[at]) <= u)
        {
            at++;
        }

        return at;
    }

    // Equal losses: the earlier one first.
    private static bool[] Good(double[] losses)
    {
        bool[] good = new bool[losses.Length];
        foreach (
            int at in Enumerable.Range(0, losses.Length).OrderBy(i => Worth(losses[i])).Take(Math.Min((losses.Length + 9) / 10, MostBelow)))
        {
            good[at] = true;
        }

        return good;
    }

    private static double Worth(double loss) => double.IsFinite(loss) ? loss : double.PositiveInfinity;
}
