using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>How the next rank is chosen: one closed list, one function.</summary>
public abstract record RankSampler
{
    private const string Drawn = "tpe:";

    private RankSampler()
    {
    }

    /// <summary>By Parzen densities, the paper's way (<see cref="Ranks.Tpe"/>).</summary>
    /// <param name="Options">Start-up and candidates.</param>
    public sealed record Parzen(TpeOptions Options) : RankSampler;

    /// <summary>A random order of the ranks; every rank once before any twice.</summary>
    public sealed record Random : RankSampler;

    /// <summary>Ascending, again and again.</summary>
    public sealed record Grid : RankSampler;

    /// <summary>By expected improvement under a Gaussian process (<see cref="GaussianProcess"/>).</summary>
    /// <param name="StartUp">Ranks in random order first.</param>
    public sealed record Gaussian(int StartUp = 3) : RankSampler;

    /// <summary>The name that <see cref="Parse"/> reads.</summary>
    public string Label => this switch
    {
        Parzen parzen =>
            parzen.Options.Candidates.Match(count => string.Create(CultureInfo.InvariantCulture, $"{Drawn}{count}"), () => "tpe"),
        Random => "random",
        Grid => "grid",
        Gaussian => "gp",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A sampler by name: <c>tpe</c>, <c>tpe:CANDIDATES</c> (Optuna draws 24), <c>random</c>, <c>grid</c>, <c>gp</c>. Errors: any
    /// other.</summary>
    /// <param name="name">The name.</param>
    public static Either<FloeError, RankSampler> Parse(string name) => name switch
    {
        "tpe" => new Parzen(new TpeOptions()),
        "random" => new Random(),
        "grid" => new Grid(),
        "gp" => new Gaussian(),
        _ when name.StartsWith(Drawn, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Drawn.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 =>
            new Parzen(new TpeOptions(Candidates: count)),
        _ => new FloeError.Usage("sampler", "tpe, tpe:CANDIDATES, random, grid or gp", name, "Choose one of these."),
    };

    /// <summary>The next rank to train: a pure function of what was trained and the seed.</summary>
    /// <param name="range">The ranks.</param>
    /// <param name="history">What was trained, oldest first, repeats included.</param>
    /// <param name="seed">Seed of everything that is drawn.</param>
    public Proposal Next(RankRange range, IReadOnlyList<Observation> history, uint seed)
    {
        PointProposal next = Next(SearchSpace.Of(range), Points(range, history), seed);
        return new Proposal(range.Low + next.Point[0], next.Reason, next.Curves.HeadOrNone().Map(c => c.Curves));
    }

    /// <summary>The next point to train: a pure function of what was proposed and the seed. Never one that is running, while there is
    /// another.</summary>
    /// <param name="space">The space.</param>
    /// <param name="history">What was proposed, oldest first, repeats included.</param>
    /// <param name="seed">Seed of everything that is drawn.</param>
    internal PointProposal Next(SearchSpace space, IReadOnlyList<PointObservation> history, uint seed) => this switch
    {
        Parzen parzen => Tpe.Next(space, history, seed, parzen.Options),
        Random => Shuffled(space, history.Count, seed),
        Grid => PointProposal.Without(space.Points[history.Count % space.Points.Count], "the next of the grid"),
        Gaussian gaussian when history.Count(o => o.Loss.IsSome) < gaussian.StartUp => Shuffled(space, history.Count, seed),
        Gaussian => GaussianProcess.Posterior(space, history).Match(
            Some: posterior => PointProposal.Without(Improving(space, history, posterior), "the largest expected improvement"),
            None: () => Shuffled(space, history.Count, seed)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A history of ranks as one of points.</summary>
    internal static PointObservation[] Points(RankRange range, IReadOnlyList<Observation> history) =>
        [.. history.Select(o => new PointObservation(new Point([o.Rank - range.Low]), Some(o.Loss)))];

    private static Point Improving(SearchSpace space, IReadOnlyList<PointObservation> history, RankPosterior posterior)
    {
        System.Collections.Generic.HashSet<Point> running = [.. history.Where(o => o.Loss.IsNone).Select(o => o.Point)];
        int[] all = [.. Enumerable.Range(0, space.Points.Count)];
        int[] free = [.. all.Where(i => !running.Contains(space.Points[i]))];
        return space.Points[(free.Length > 0 ? free : all).MaxBy(i => posterior.Improvement[i])];
    }

    // Round k of the space has a permutation of its own.
    private static PointProposal Shuffled(SearchSpace space, int place, uint seed)
    {
        int count = space.Points.Count;
        (int[] order, _) = new SplitMix64(seed + ((ulong)(place / count) << 32)).Permutation(count);
        return PointProposal.Without(space.Points[order[place % count]], "drawn at random");
    }
}
