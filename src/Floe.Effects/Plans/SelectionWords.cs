using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Plans;

/// <summary>The words that plans and <c>floe select</c> use for the forms of a selection, and what they stand for in the Domain.</summary>
public static class SelectionWords
{
    private static readonly (string Word, DeterminationForm Meaning)[] Determining =
    [
        ("kept", DeterminationForm.Kept), ("literal", DeterminationForm.Literal), ("density", DeterminationForm.Density), ("ancestor", DeterminationForm.Ancestor),
    ];

    private static readonly (string Word, RefinementForm Meaning)[] Refining =
    [
        ("exchange", RefinementForm.Exchange), ("scalar", RefinementForm.Scalar), ("literal", RefinementForm.Literal), ("exact", RefinementForm.Exact),
        ("none", RefinementForm.None),
    ];

    private static readonly (string Word, BudgetScope Meaning)[] Scoping = [("global", BudgetScope.Global), ("layer", BudgetScope.Layer)];

    private static readonly (string Word, ComponentWeights Meaning)[] Weighing = [("equal", ComponentWeights.Equal), ("parameters", ComponentWeights.Parameters)];

    private static readonly (string Word, TuningMode Meaning)[] TuningEquations =
    [
        ("retained", TuningMode.Retained), ("teacher", TuningMode.Teacher), ("printed", TuningMode.Printed), ("ancestor", TuningMode.Ancestor),
    ];

    /// <summary>Words for the form of Algorithm 1.</summary>
    public static string[] Determinations => [.. Determining.Select(d => d.Word)];

    /// <summary>Words for the form of Algorithm 2.</summary>
    public static string[] Refinements => [.. Refining.Select(r => r.Word)];

    /// <summary>Words for what a budget is spent over.</summary>
    public static string[] Scopes => [.. Scoping.Select(s => s.Word)];

    /// <summary>Words for how a layer's components weigh.</summary>
    public static string[] Weights => [.. Weighing.Select(w => w.Word)];

    /// <summary>Words for the form of the tuning equations.</summary>
    public static string[] TuningModes => [.. TuningEquations.Select(t => t.Word)];

    /// <summary>The same words and <c>none</c>, for a plan that may leave the masks binary.</summary>
    public static string[] Tunings => [.. TuningModes, "none"];

    /// <summary>The form of the tuning equations.</summary>
    /// <param name="word">A word.</param>
    /// <returns>The form, or <see cref="FloeError.Usage"/> for a word that is none of <see cref="TuningModes"/>.</returns>
    public static Either<FloeError, TuningMode> Mode(string word) => Find("tuning", TuningEquations, word);

    /// <summary>The Domain's options for settings and a policy.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="policy">A policy by name.</param>
    /// <param name="seed">Seed of the policy <c>random</c> where its name gives none.</param>
    /// <returns>The options, or <see cref="FloeError.Usage"/> for an unknown policy or word.</returns>
    public static Either<FloeError, SelectionOptions> Options(SelectionSettings settings, string policy, int seed) =>
        from named in Policy.Parse(policy)
        from scope in Find("scope", Scoping, settings.Scope)
        from determination in Find("determination", Determining, settings.Determination)
        from refinement in Find("refinement", Refining, settings.Refinement)
        from weights in Find("weights", Weighing, settings.Weights)
        select new SelectionOptions
        {
            Budget = settings.Cost.Map(c => (Budget)new Budget.Cost(c)).IfNone(new Budget.Share(settings.Budget)),
            Scope = scope,
            Determination = determination,
            Refinement = refinement,
            ExactStates = settings.ExactStates,
            Weights = weights,
            Policy = policy == "random" ? new Policy.Random((ulong)seed) : named,
            Choice = Choice(settings),
        };

    private static Either<FloeError, T> Find<T>(string where, (string Word, T Meaning)[] words, string word) => words.Where(w => w.Word == word).ToArray() switch
    {
        [(_, { } meaning)] => meaning,
        _ => new FloeError.Usage(where, string.Join(", ", words.Select(w => w.Word)), word, "Choose one of these."),
    };

    private static LayerChoice Choice(SelectionSettings settings)
    {
        LayerChoice choice = settings.Count.Map(n => (LayerChoice)new LayerChoice.Top(n))
            .IfNone(() => settings.Threshold.Map(t => (LayerChoice)new LayerChoice.Above(t))
            .IfNone(() => settings.Share.Map(s => (LayerChoice)new LayerChoice.Share(s))
            .IfNone(() => new SelectionOptions().Choice)));
        return settings.AtLeastHalf ? new LayerChoice.AtLeastHalf(choice) : choice;
    }
}
