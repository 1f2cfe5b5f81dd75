using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>
/// By what layers are ranked and chosen (method §7). A policy is a file of its own, <c>Policy.NAME.cs</c>: its name, how it ranks, and how
/// it chooses where that is more than taking the first of its ranking. <see cref="Forms"/> lists them.
/// </summary>
public abstract partial record Policy
{
    // Closed: the policies are those of this assembly.
    private Policy()
    {
    }

    /// <summary>The name that <see cref="Parse(string)"/> reads.</summary>
    public abstract string Label { get; }

    /// <summary>The column of layer statistics that it reads; None where it reads no statistics.</summary>
    public virtual Option<string> StatisticsColumn => None;

    /// <summary>How the policies are written, in the order in which they are shown.</summary>
    internal static PolicyForm[] Forms =>
    [
        Fisher.Form, Random.Form, .. Column.Named, All.Form, First.Form, Last.Form, Even.Form, Prefix.Form, Suffix.Form, Gates.Form,
            Stratified.Form, PerSecond.Form,
        Column.Other,
    ];

    /// <summary>
    /// A policy by name: <c>fisher</c>, <c>random[:SEED]</c>, a statistic (<c>weight-norm</c>, <c>page</c>, <c>gradient</c>, <c>cka</c>,
    /// <c>activation</c>, <c>snr</c>, <c>ablate</c>, <c>backward</c>, <c>forward</c>, <c>progressive</c>, <c>column:NAME</c>), <c>all</c>,
    /// <c>first</c>, <c>last</c>, <c>even</c>, <c>prefix:N</c>, <c>suffix:N</c>, <c>gates</c>, <c>stratified[:POLICY]</c>,
    /// <c>per-second:POLICY</c>. Errors: any other name.
    /// </summary>
    public static Either<FloeError, Policy> Parse(string name) =>
        Forms.AsEnumerable().Choose(form => form.Read(name)).HeadOrNone().IfNone(() =>
        Left<FloeError, Policy>(
            new FloeError.Usage("policy", $"one of {string.Join(", ", Forms.Select(form => form.Usage))}", name, "Choose one of these.")));

    /// <summary>A policy by name whose random order, where the name gives none of its own, is that of a seed. Errors: as
    /// <see cref="Parse(string)"/>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="seed">Such as the seed of a run.</param>
    public static Either<FloeError, Policy> Parse(string name, ulong seed) =>
        Parse(name).Map(policy => name.Split(':')[^1] == Random.Word ? policy.Drawn(seed) : policy);

    /// <summary>This policy with its random order, where it has one, drawn by a seed.</summary>
    internal virtual Policy Drawn(ulong seed) => this;

    /// <summary>Orders all layers. Errors: a statistic that is missing; a policy that chooses a set and ranks nothing.</summary>
    /// <param name="input">What is known of the layers.</param>
    internal virtual Either<FloeError, LayerRanking> Rank(PolicyInput input) => Left<FloeError, LayerRanking>(new FloeError.Usage(
        "policy", "a policy that ranks layers", Label, "It chooses a set; use fisher, random, first, last or a statistic."));

    /// <summary>Ranks and chooses: the first of the ranking, as many as are asked for. Errors: those of <see cref="Rank"/>; a choice out of
    /// range.</summary>
    /// <param name="input">What is known of the layers.</param>
    /// <param name="choice">How many.</param>
    internal virtual Either<FloeError, ChosenLayers> Choose(PolicyInput input, LayerChoice choice) =>
        from ranking in Rank(input)
        from n in choice.CountIn(ranking)
        select new ChosenLayers(ranking, toArray(ranking.Order[..n].ToArray().Order()));

    // A choice that is a number before there are scores.
    private Either<FloeError, int> Number(PolicyInput input, LayerChoice choice) => choice.NeedsScores
        ? Left<FloeError, int>(new FloeError.Usage(
            "layers", "a number or a share of layers", "a threshold",
                $"The policy {Label} needs to know how many layers: give a number or a share."))
        : LayerRanking.Create(new double[input.Layers]).Bind(choice.CountIn);

    // Layers chosen as a set: 1 for each of them and 0 for the others.
    private static Either<FloeError, ChosenLayers> Marked(int layers, IEnumerable<int> chosen)
    {
        double[] scores = new double[layers];
        int[] kept = [.. chosen.Order()];
        foreach (int layer in kept)
        {
            scores[layer] = 1;
        }

        return LayerRanking.Create(scores).Map(ranking => new ChosenLayers(ranking, toArray(kept)));
    }
}

/// <summary>What a policy may look at.</summary>
/// <param name="Importance">s_k of every layer.</param>
/// <param name="Statistics">Columns of layer statistics.</param>
internal sealed record PolicyInput(ReadOnlyMemory<double> Importance, LayerStatistics Statistics)
{
    /// <summary>L.</summary>
    public int Layers => Importance.Length;

    /// <summary>A column with a value for every layer. Errors: statistics of another number of layers; no such column; a missing
    /// value.</summary>
    /// <param name="name">Its name.</param>
    public Either<FloeError, ReadOnlyMemory<double>> Column(string name) => Statistics.Layers == Layers
        ? Statistics.Complete(name)
        : Left<FloeError, ReadOnlyMemory<double>>(
            new FloeError.BadData("statistics", $"{Layers} layers", $"{Statistics.Layers} layers", "Use statistics of the same model."));
}

/// <summary>How a policy is written.</summary>
/// <param name="Usage">As messages and help show it, such as <c>random[:SEED]</c>.</param>
/// <param name="Read">The policy of a name; None where the name is another policy's.</param>
internal sealed record PolicyForm(string Usage, Func<string, Option<Either<FloeError, Policy>>> Read)
{
    /// <summary>A policy without a parameter.</summary>
    public static PolicyForm Word(string word, Policy policy) =>
        new(word, name => name == word ? Some(Right<FloeError, Policy>(policy)) : None);

    /// <summary>A policy with a parameter after a colon.</summary>
    /// <param name="usage">As it is shown.</param>
    /// <param name="word">What stands before the colon.</param>
    /// <param name="make">The policy of a parameter; None where it is none.</param>
    public static PolicyForm With(string usage, string word, Func<string, Option<Either<FloeError, Policy>>> make) => new(usage, name =>
        name.StartsWith(word + ":", StringComparison.Ordinal) ? make(name[(word.Length + 1)..]) : None);

    /// <summary>Either of two forms, shown as one.</summary>
    public static PolicyForm Or(string usage, PolicyForm one, PolicyForm other) => new(usage, name => one.Read(name) | other.Read(name));
}
