using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs.Plans;

/// <summary>The words that plans and <c>floe select</c> use for the forms of a selection, and what they stand for in the Domain.</summary>
public static class SelectionWords
{
    private static readonly (string Word, DeterminationForm Form)[] Determining =
    [
        ("kept", DeterminationForm.Kept), ("literal", DeterminationForm.Literal), ("density", DeterminationForm.Density), ("ancestor", DeterminationForm.Ancestor),
    ];

    private static readonly (string Word, RefinementForm Form)[] Refining =
    [
        ("exchange", RefinementForm.Exchange), ("scalar", RefinementForm.Scalar), ("literal", RefinementForm.Literal), ("exact", RefinementForm.Exact),
        ("none", RefinementForm.None),
    ];

    private static readonly (string Word, SelectionScope Scope)[] Scoping = [("global", SelectionScope.Global), ("layer", SelectionScope.Layer)];

    private static readonly (string Word, ComponentWeights Weights)[] Weighing = [("equal", ComponentWeights.Equal), ("parameters", ComponentWeights.Parameters)];

    /// <summary>Words for the form of Algorithm 1.</summary>
    public static string[] Determinations => [.. Determining.Select(d => d.Word)];

    /// <summary>Words for the form of Algorithm 2.</summary>
    public static string[] Refinements => [.. Refining.Select(r => r.Word)];

    /// <summary>Words for what a budget is spent over.</summary>
    public static string[] Scopes => [.. Scoping.Select(s => s.Word)];

    /// <summary>Words for how a layer's components weigh.</summary>
    public static string[] Weights => [.. Weighing.Select(w => w.Word)];

    /// <summary>Words for the form of the tuning equations.</summary>
    public static string[] Tunings => ["retained", "teacher", "printed", "ancestor", "none"];

    /// <summary>The Domain's options for settings and a policy.</summary>
    /// <param name="settings">Words that are all known, as <see cref="PlanFile"/> and the command line ensure.</param>
    /// <param name="policy">A policy by name.</param>
    /// <param name="seed">Seed of the policy <c>random</c> where its name gives none.</param>
    /// <returns>The options, or <see cref="FloeError.Usage"/> for an unknown policy.</returns>
    public static Either<FloeError, SelectionOptions> Options(SelectionSettings settings, string policy, int seed) =>
        Policy.Parse(policy).Map(named => new SelectionOptions
        {
            Budget = settings.Cost.Map(c => (Budget)new Budget.Cost(c)).IfNone(new Budget.Share(settings.Budget)),
            Scope = Scoping.First(s => s.Word == settings.Scope).Scope,
            Determination = Determining.First(d => d.Word == settings.Determination).Form,
            Refinement = Refining.First(r => r.Word == settings.Refinement).Form,
            ExactStates = settings.ExactStates,
            Weights = Weighing.First(w => w.Word == settings.Weights).Weights,
            Policy = policy == "random" ? new Policy.Random((ulong)seed) : named,
            Choice = Choice(settings),
        });

    private static LayerChoice Choice(SelectionSettings settings)
    {
        LayerChoice choice = settings.Count.Map(n => (LayerChoice)new LayerChoice.Top(n))
            .IfNone(() => settings.Threshold.Map(t => (LayerChoice)new LayerChoice.Above(t))
            .IfNone(() => settings.Share.Map(s => (LayerChoice)new LayerChoice.Share(s))
            .IfNone(() => new SelectionOptions().Choice)));
        return settings.AtLeastHalf ? new LayerChoice.AtLeastHalf(choice) : choice;
    }
}
