namespace Floe.Domain.Laws;

/// <summary>The names of the laws, as <see cref="LawOptions.Except"/>, <see cref="LawOptions.Only"/> and the command line take
/// them.</summary>
public static class LawNames
{
    /// <summary>The kept units never cost more than the budget.</summary>
    public const string BudgetKept = "budget-kept";

    /// <summary>A budget of Σ t keeps every unit that has a Fisher score.</summary>
    public const string WholeBudget = "whole-budget";

    /// <summary>A larger budget never keeps less Fisher.</summary>
    public const string Monotone = "monotone-in-budget";

    /// <summary>Kept Fisher is never less than the baseline's.</summary>
    public const string NeverWorse = "never-worse";

    /// <summary>Refining the masks changes nothing.</summary>
    public const string NothingToRefine = "nothing-to-refine";

    /// <summary>Layers may come in any order.</summary>
    public const string LayerOrder = "layers-renamed";

    /// <summary>Units of a component may come in any order.</summary>
    public const string UnitOrder = "units-renamed";

    /// <summary>The scale of τ does not matter.</summary>
    public const string FisherScale = "fisher-scale";

    /// <summary>The scale of t does not matter.</summary>
    public const string TaylorScale = "taylor-scale";

    /// <summary>ρ and C are one budget.</summary>
    public const string ShareOrCost = "share-or-cost";

    /// <summary>Ties go to the earlier unit.</summary>
    public const string TieOrder = "ties-in-order";

    /// <summary>The same question has the same answer.</summary>
    public const string SameAnswer = "same-answer";

    /// <summary>Every table has an answer.</summary>
    public const string AnswersAlways = "answers-always";
}
