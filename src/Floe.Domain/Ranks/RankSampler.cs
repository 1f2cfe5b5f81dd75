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
        Parzen parzen => parzen.Options.Candidates.Match(count => string.Create(CultureInfo.InvariantCulture, $"{Drawn}{count}"), () => "tpe"),
        Random => "random",
        Grid => "grid",
        Gaussian => "gp",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A sampler by name: <c>tpe</c>, <c>tpe:CANDIDATES</c> (Optuna draws 24), <c>random</c>, <c>grid</c>, <c>gp</c>. Errors: any other.</summary>
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
    public Proposal Next(RankRange range, IReadOnlyList<Observation> history, uint seed) => this switch
    {
        Parzen parzen => Tpe.Next(range, history, seed, parzen.Options),
        Random => Shuffled(range, history.Count, seed),
        Grid => new Proposal(range.Low + (history.Count % range.Count), "the next of the grid", None),
        Gaussian gaussian when history.Count < gaussian.StartUp => Shuffled(range, history.Count, seed),
        Gaussian => GaussianProcess.Posterior(range, history).Match(
            Some: posterior => new Proposal(
                range.Ranks.MaxBy(r => posterior.Improvement[r - range.Low]), "the largest expected improvement", None),
            None: () => Shuffled(range, history.Count, seed)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // Round k of the range has a permutation of its own.
    private static Proposal Shuffled(RankRange range, int place, uint seed)
    {
        (int[] order, _) = new SplitMix64(seed + ((ulong)(place / range.Count) << 32)).Permutation(range.Count);
        return new Proposal(range.Low + order[place % range.Count], "drawn at random", None);
    }
}
