using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Laws;

/// <summary>A law that a policy need not satisfy.</summary>
/// <param name="Law">The law's name.</param>
/// <param name="Reason">Why not, as the end of a sentence.</param>
internal readonly record struct Exemption(string Law, string Reason);

/// <summary>One of Floe's own searches as a policy, with what it promises.</summary>
/// <param name="Name">Its name, as it is typed.</param>
/// <param name="Words">What it does.</param>
/// <param name="Options">Determination, refinement and scope.</param>
/// <param name="Costs">Under which costs it keeps its budget.</param>
/// <param name="Baseline">What it is never worse than.</param>
/// <param name="Exemptions">The laws that it does not satisfy, each with the reason.</param>
internal sealed record BuiltInPolicy(
    string Name, string Words, SelectionOptions Options, CostModel Costs, Baseline Baseline, IReadOnlyList<Exemption> Exemptions)
{
    private const string OtherBudget = "the printed form spends the budget on the masked units";
    private const string SharedSlack = "layers are visited in ascending order and share one slack";
    private const string AnyOptimum = "several sets may be best, and any of them is an answer";
    private const string FillLeftOver = "the fill at the end does not look for swaps again";

    /// <summary>Every built-in policy.</summary>
    public static IReadOnlyList<BuiltInPolicy> All { get; } =
    [
        new("kept", "Algorithm 1 over the kept units, not refined",
            Of(DeterminationForm.Kept, RefinementForm.None), CostModel.Scalar, Domain.Laws.Baseline.InTableOrder(CostModel.Scalar), []),
        new("density", "units in descending τ/t while they fit, not refined",
            Of(DeterminationForm.Density, RefinementForm.None), CostModel.Unit, Domain.Laws.Baseline.BoundLessOneUnit,
            [new(LawNames.NothingToRefine, "it stops at the first unit that does not fit")]),
        new("exchange", "Algorithm 1 refined by each unit's own cost: the default",
            Of(DeterminationForm.Kept, RefinementForm.Exchange), CostModel.Unit, Domain.Laws.Baseline.RepairedDetermination,
            [
                new(LawNames.Monotone, "swaps are local, and another budget starts from other masks"),
                new(LawNames.NothingToRefine, FillLeftOver),
                new(LawNames.LayerOrder, SharedSlack),
                new(LawNames.TieOrder, "of equal kept units the earlier is swapped out first"),
            ]),
        new("scalar", "Algorithm 1 refined under the costs t_h and t_f",
            Of(DeterminationForm.Kept, RefinementForm.Scalar), CostModel.Scalar, Domain.Laws.Baseline.InTableOrder(CostModel.Scalar), []),
        new("exact", "the best masks by each unit's own cost, or the best found",
            Of(DeterminationForm.Kept, RefinementForm.Exact), CostModel.Unit, Refined("the default search"),
            [
                new(LawNames.NothingToRefine, "units without a Fisher score may be left out of the best masks"),
                new(LawNames.LayerOrder, AnyOptimum),
                new(LawNames.UnitOrder, AnyOptimum),
                new(LawNames.TieOrder, AnyOptimum),
            ]),
        new("ancestor", "the search of retraining-free-pruning",
            Of(DeterminationForm.Ancestor, RefinementForm.None), CostModel.Scalar, OneHead,
            [
                new(LawNames.BudgetKept, "a number of heads counts even where the heads alone break the budget"),
                new(LawNames.WholeBudget, "the rounded means of the costs may leave one unit outside"),
                new(LawNames.NothingToRefine, "it always keeps a head"),
            ]),
        new("literal", "Algorithm 1 as printed, not refined",
            Of(DeterminationForm.Literal, RefinementForm.None), CostModel.Scalar, Domain.Laws.Baseline.InTableOrder(CostModel.Scalar),
            [
                new(LawNames.BudgetKept, OtherBudget),
                new(LawNames.WholeBudget, OtherBudget),
                new(LawNames.Monotone, OtherBudget),
                new(LawNames.NeverWorse, OtherBudget),
                new(LawNames.NothingToRefine, OtherBudget),
                new(LawNames.TieOrder, "of equal units the earlier is masked first"),
            ]),
    ];

    /// <summary>A built-in policy by name. Errors: another name.</summary>
    public static Either<FloeError, BuiltInPolicy> Find(string name) => All.FirstOrDefault(p => p.Name == name) is { } found
        ? Right<FloeError, BuiltInPolicy>(found)
        : Left<FloeError, BuiltInPolicy>(
            new FloeError.Usage("policy", string.Join(", ", All.Select(p => p.Name)), name, "Choose one of these."));

    /// <summary>The search as a function.</summary>
    public MaskPolicy Policy =>
        (table, budget) => MaskSearches.Run(UnitOrder.Of(table), Options with { Budget = budget }).Map(search => search.Masks);

    /// <summary>How its laws are tried: its costs, its baseline, without the laws that it does not satisfy.</summary>
    /// <param name="cases">Cases a law.</param>
    /// <param name="seed">Seed of the cases.</param>
    public LawOptions Promises(int cases, ulong seed) => new(cases, seed)
    {
        Costs = Costs,
        Baseline = Baseline,
        Except = [.. Exemptions.Select(e => e.Law)],
    };

    private static SelectionOptions Of(DeterminationForm determination, RefinementForm refinement) =>
        new() { Determination = determination, Refinement = refinement };

    private static Baseline Refined(string words) => Domain.Laws.Baseline.Of(words, (table, budget) =>
        MaskSearches.Run(UnitOrder.Of(table), new SelectionOptions { Budget = budget }).Map(search => search.Masks));

    private static Baseline OneHead => new("the head of largest τ alone", (table, _) =>
    {
        double largest = 0;
        for (int unit = 0; unit < table.Fisher.Length; unit++)
        {
            largest = table.Shape.UnitAt(unit).Component == Scores.Component.Head ? Math.Max(largest, table.Fisher[unit]) : largest;
        }

        return Right<FloeError, double>(largest);
    });
}
