using LanguageExt;

namespace Floe.Domain.Layers;

/// <summary>A ranking of all layers and the layers chosen from it.</summary>
/// <param name="Ranking">Order and scores of all layers.</param>
/// <param name="Chosen">Chosen layers, ascending.</param>
public sealed record ChosenLayers(LayerRanking Ranking, Arr<int> Chosen)
{
    /// <summary>How good a set chosen by <see cref="Policy.Gates"/> is; None for other policies.</summary>
    internal Option<GateCertificate> Certificate { get; init; }

    /// <summary>Whether a layer is chosen.</summary>
    public bool Contains(int layer) => Chosen.Contains(layer);
}

/// <summary>Applies a policy: ranks layers and takes some of them (method §7).</summary>
public static class LayerSelection
{
    /// <summary>
    /// Ranks and chooses. Errors: a statistic that is missing, a choice out of range, a threshold with a policy whose layers depend on
    /// their number.
    /// </summary>
    /// <param name="policy">By what.</param>
    /// <param name="choice">How many; <see cref="Policy.All"/>, <see cref="Policy.Prefix"/> and <see cref="Policy.Suffix"/> take their own
    /// number whatever it says.</param>
    /// <param name="importance">s_k of every layer, for <see cref="Policy.Fisher"/>.</param>
    /// <param name="statistics">Columns for the other policies.</param>
    public static Either<FloeError, ChosenLayers> Choose(
        Policy policy, LayerChoice choice, ReadOnlyMemory<double> importance, LayerStatistics statistics) =>
        policy.Choose(new PolicyInput(importance, statistics), choice);

    /// <summary>The ranking of a policy. Errors: a statistic that is missing; a policy that does not rank (<c>even</c>, <c>stratified</c>,
    /// <c>gates</c>).</summary>
    /// <param name="policy">By what.</param>
    /// <param name="importance">s_k of every layer.</param>
    /// <param name="statistics">Columns for the other policies.</param>
    public static Either<FloeError, LayerRanking> Rank(Policy policy, ReadOnlyMemory<double> importance, LayerStatistics statistics) =>
        policy.Rank(new PolicyInput(importance, statistics));
}
