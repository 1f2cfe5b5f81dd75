using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Layers;

/// <summary>By what layers are ranked and chosen (method §7).</summary>
public abstract record Policy
{
    private const string ColumnPrefix = "column:";
    private const string StratifiedName = "stratified";
    private const string RandomName = "random";

    // The policies that rank by a column of layer statistics, with the names that people type.
    private static readonly (string Name, string Column)[] Statistics =
    [
        ("weight-norm", "weight_norm"), ("page", "page"), ("gradient", "gradient"), ("cka", "cka"), ("activation", "activation"), ("snr", "snr"),
    ];

    private Policy()
    {
    }

    /// <summary>By s_k of the masks: the method's own.</summary>
    public sealed record Fisher : Policy;

    /// <summary>A random order, the same on every platform (<see cref="SplitMix64"/>).</summary>
    /// <param name="Seed">Seed; 42 by default.</param>
    public sealed record Random(ulong Seed = 42) : Policy;

    /// <summary>By a column of layer statistics, largest first.</summary>
    /// <param name="Name">Column name.</param>
    public sealed record Column(string Name) : Policy;

    /// <summary>Every layer.</summary>
    public sealed record All : Policy;

    /// <summary>The lowest layers.</summary>
    public sealed record First : Policy;

    /// <summary>The highest layers.</summary>
    public sealed record Last : Policy;

    /// <summary>n layers equally spaced over depth: the middle layer of each of n equal bands.</summary>
    public sealed record Even : Policy;

    /// <summary>Depth cut into n equal bands, and the best layer of each by another policy.</summary>
    /// <param name="By">The policy that ranks within a band.</param>
    public sealed record Stratified(Policy By) : Policy;

    /// <summary>The name that <see cref="Parse"/> reads.</summary>
    public string Label => this switch
    {
        Fisher => "fisher",
        Random { Seed: 42 } => RandomName,
        Random random => string.Create(CultureInfo.InvariantCulture, $"{RandomName}:{random.Seed}"),
        Column column => Statistics.FirstOrDefault(s => s.Column == column.Name).Name ?? ColumnPrefix + column.Name,
        All => "all",
        First => "first",
        Last => "last",
        Even => "even",
        Stratified { By: Fisher } => StratifiedName,
        Stratified stratified => $"{StratifiedName}:{stratified.By.Label}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The column of layer statistics that it ranks by; None where it reads no statistics.</summary>
    public Option<string> StatisticsColumn => this switch
    {
        Column column => Some(column.Name),
        Stratified stratified => stratified.By.StatisticsColumn,
        _ => None,
    };

    /// <summary>
    /// A policy by name: <c>fisher</c>, <c>random</c>, <c>random:SEED</c>, <c>weight-norm</c>, <c>all</c>, <c>first</c>, <c>last</c>, <c>even</c>,
    /// <c>page</c>, <c>gradient</c>, <c>cka</c>, <c>activation</c>, <c>snr</c>, <c>column:NAME</c>, <c>stratified</c> (by fisher) or
    /// <c>stratified:POLICY</c>. Errors: any other name.
    /// </summary>
    public static Either<FloeError, Policy> Parse(string name) => name switch
    {
        "fisher" => Right<FloeError, Policy>(new Fisher()),
        RandomName => Right<FloeError, Policy>(new Random()),
        "all" => Right<FloeError, Policy>(new All()),
        "first" => Right<FloeError, Policy>(new First()),
        "last" => Right<FloeError, Policy>(new Last()),
        "even" => Right<FloeError, Policy>(new Even()),
        StratifiedName => Right<FloeError, Policy>(new Stratified(new Fisher())),
        _ when Statistics.FirstOrDefault(s => s.Name == name).Column is { } column => Right<FloeError, Policy>(new Column(column)),
        _ when Suffix(name, ColumnPrefix) is { Length: > 0 } column => Right<FloeError, Policy>(new Column(column)),
        _ when Suffix(name, RandomName + ":") is { } seed && ulong.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) =>
            Right<FloeError, Policy>(new Random(value)),
        _ when Suffix(name, StratifiedName + ":") is { } by && !by.StartsWith(StratifiedName, StringComparison.Ordinal) =>
            Parse(by).Map(inner => (Policy)new Stratified(inner)),
        _ => Left<FloeError, Policy>(new FloeError.Usage(
            "policy",
            "fisher, random[:SEED], weight-norm, all, first, last, even, page, gradient, cka, activation, snr, column:NAME or stratified[:POLICY]",
            name,
            "Choose one of these.")),
    };

    private static string? Suffix(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;
}
