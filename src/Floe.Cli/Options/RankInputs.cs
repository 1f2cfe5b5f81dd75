using System.CommandLine;
using System.Globalization;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Ranks;
using Floe.Effects.Stages;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Options;

/// <summary>The options that say what a rank search tries and how.</summary>
internal sealed class RankInputs
{
    private readonly Setting<string> ranks = Text("--ranks", "LOW-HIGH", "Ranks that are tried.", "2-16");
    private readonly Setting<string?> experts = Inputs.Text(
        "--experts", "LIST", "Numbers of experts that are tried with every rank, such as 1,2,4; those of the plan without it.");
    private readonly Setting<string?> counts = Inputs.Text(
        "--counts", "LIST", "Numbers of layers that are tried with every rank, such as 4,8,16: the most important ones of a layers.parquet "
            + "after --layers.");

    private readonly Setting<string> sampler = Text(
        "--sampler", "NAME", "How the next point is chosen: tpe, tpe:CANDIDATES, random, grid or gp.", "tpe");
    private readonly Setting<int> trials = Inputs.Whole(
        "--trials", "Most proposals; one whose point was trained before costs nothing.", 15, 1);
    private readonly Setting<string> seeds = Text(
        "--seeds", "LIST", "Every point is trained once with each seed; their mean is compared.", "42,43,44");
    private readonly Setting<int?> halving = Inputs.OptionalWhole(
        "--halving", "η: all points are trained a part of the way, the best 1/η of them η times as far, and so on.", 2, 100);

    private readonly Setting<string?> measured = Inputs.Text(
        "--measure", "LIST", "Steps after which the loss is measured besides, such as 10,20.");

    /// <summary>All of them.</summary>
    public Symbol[] All => [ranks, experts, counts, sampler, trials, seeds, halving, measured];

    /// <summary>Most proposals.</summary>
    public int Proposals(Invocation call) => call.Get(trials);

    /// <summary>η.</summary>
    public LanguageExt.Option<int> Halving(Invocation call) => Optional(call.Get(halving));

    /// <summary>Whether numbers of layers are tried.</summary>
    public bool Counts(Invocation call) => call.Given(counts);

    /// <summary>How the next point is chosen.</summary>
    public Either<FloeError, RankSampler> Sampler(Invocation call) => RankSampler.Parse(call.Get(sampler));

    /// <summary>The seeds.</summary>
    public Either<FloeError, Arr<long>> Seeds(Invocation call) =>
        List(seeds.Name, call.Get(seeds), 0).Map(list => list.Map(seed => (long)seed));

    /// <summary>Steps after which the loss is measured besides.</summary>
    public Either<FloeError, Arr<int>> Measured(Invocation call) =>
        Unread.Beside(call, halving, measured).Bind(_ => call.Get(measured) is { } list ? List(measured.Name, list, 1) : Arr<int>.Empty);

    /// <summary>What is searched: ranks, and experts and numbers of layers where they were asked for.</summary>
    /// <param name="call">The call.</param>
    /// <param name="kind">The adapter of the plan.</param>
    public Either<FloeError, SearchSpace> Space(Invocation call, AdapterKind kind) =>
        from ranked in kind.HasRank
            ? Right<FloeError, LanguageExt.Unit>(unit)
            : new FloeError.Usage("adapter.kind", "an adapter with a rank", kind.Name, "Choose kind: hydra or kind: lora in the plan.")
        from range in Range(call.Get(ranks))
        from read in !kind.HasExperts && call.Given(experts)
            ? new FloeError.Usage(
                experts.Name, "an adapter with experts", kind.Name, "Leave --experts out, or choose kind: hydra in the plan.")
            : Right<FloeError, LanguageExt.Unit>(unit)
        from choices in new[] { (TrialSetting.Count, counts), (TrialSetting.Experts, experts) }.Where(c => call.Given(c.Item2))
            .Each(c => List(c.Item2.Name, call.Get(c.Item2)!, 1).Map(list => (Dimension)new Dimension.Choice(
                c.Item1, toArray(list.Select(n => n.ToString(CultureInfo.InvariantCulture))))))
        from space in SearchSpace.Create([new Dimension.Whole(TrialSetting.Rank, range), .. choices])
        select space;

    private static Setting<string> Text(string name, string value, string description, string fallback) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => fallback };

    private static Either<FloeError, RankRange> Range(string typed) => typed.Split('-') is [var low, var high]
        && int.TryParse(low, NumberStyles.None, CultureInfo.InvariantCulture, out int least)
        && int.TryParse(high, NumberStyles.None, CultureInfo.InvariantCulture, out int most)
        ? RankRange.Create(least, most).MapLeft(error => error is FloeError.Usage usage ? usage with { Where = "--ranks" } : error)
        : new FloeError.Usage("--ranks", "two whole numbers LOW-HIGH", typed, "Give a range such as 2-16.");

    private static Either<FloeError, Arr<int>> List(string name, string typed, int least)
    {
        int[] numbers = [
            .. typed.Split(',')
                .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n >= least ? n : -1)];
        return numbers.Contains(-1) || numbers.Distinct().Count() != numbers.Length
            ? new FloeError.Usage(name, $"whole numbers from {least}, each once, separated by commas", typed, "Correct the list.")
            : toArray(numbers);
    }
}
