using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Plans;

/// <summary>The words that plans and <c>floe select</c> use for the forms of a selection.</summary>
internal static class SelectionWords
{
    /// <summary>Forms of Algorithm 1.</summary>
    public static Words<DeterminationForm> Determinations { get; } = new(
        ("kept", DeterminationForm.Kept), ("literal", DeterminationForm.Literal), ("density", DeterminationForm.Density), (
            "ancestor", DeterminationForm.Ancestor));

    /// <summary>Forms of Algorithm 2.</summary>
    public static Words<RefinementForm> Refinements { get; } = new(
        ("exchange", RefinementForm.Exchange), ("scalar", RefinementForm.Scalar), (
            "literal", RefinementForm.Literal), ("exact", RefinementForm.Exact),
        ("none", RefinementForm.None));

    /// <summary>What a budget is spent over.</summary>
    public static Words<BudgetScope> Scopes { get; } = new(("global", BudgetScope.Global), ("layer", BudgetScope.Layer));

    /// <summary>How a layer's components weigh.</summary>
    public static Words<ComponentWeights> Weights { get; } = new(
        ("equal", ComponentWeights.Equal), ("parameters", ComponentWeights.Parameters));

    /// <summary>Forms of the tuning equations.</summary>
    public static Words<TuningMode> TuningModes { get; } = new(
        ("retained", TuningMode.Retained), ("teacher", TuningMode.Teacher), ("printed", TuningMode.Printed), (
            "ancestor", TuningMode.Ancestor));

    /// <summary>The same and <c>none</c>, for a plan that leaves the masks binary.</summary>
    public static Words<Option<TuningMode>> Tunings { get; } = new(
        [.. TuningModes.All.Select(word => (word, TuningModes.Find(word))), ("none", Option<TuningMode>.None)]);

    /// <summary>How layers are taken where at most one of three ways is given; half of them where none is.</summary>
    /// <param name="count">Number of layers.</param>
    /// <param name="share">Share of layers.</param>
    /// <param name="threshold">Score that they are above.</param>
    /// <param name="atLeastHalf">Whether at least half of the layers are taken whatever else is said.</param>
    public static LayerChoice Choice(Option<int> count, Option<double> share, Option<double> threshold, bool atLeastHalf)
    {
        LayerChoice choice = (
            count.Map(n => (LayerChoice)new LayerChoice.Top(n))
            || threshold.Map(t => (LayerChoice)new LayerChoice.Above(t))
            || share.Map(s => (LayerChoice)new LayerChoice.Share(s))).IfNone(new SelectionOptions().Choice);
        return atLeastHalf ? new LayerChoice.AtLeastHalf(choice) : choice;
    }

    /// <summary>A cost where one is given, else a share of all cost.</summary>
    /// <param name="share">ρ.</param>
    /// <param name="cost">C.</param>
    public static Budget Budget(double share, Option<double> cost) =>
        cost.Map(c => (Budget)new Budget.Cost(c)).IfNone(new Budget.Share(share));
}
