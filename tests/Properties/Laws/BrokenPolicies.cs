using Floe.Domain;
using Floe.Domain.Laws;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Laws;

/// <summary>For every law a policy that breaks it, so that no law is one that always holds.</summary>
internal static class BrokenPolicies
{
    public static IReadOnlyDictionary<string, MaskPolicy> ByLaw { get; } = new Dictionary<string, MaskPolicy>
    {
        [LawNames.BudgetKept] = (table, _) => BinaryMasks.All(table.Shape, kept: true),
        [LawNames.WholeBudget] = (table, budget) => Default(table, budget, cost => cost * 0.75),
        [LawNames.Monotone] = (table, budget) => Default(table, budget, cost => cost > table.TotalCost / 2 ? cost / 4 : cost),
        [LawNames.NeverWorse] = (table, budget) => Chosen(table, budget, UnitOrder.Of(table).ByFisher.ToArray().Reverse()),
        [LawNames.NothingToRefine] = (table, budget) => Chosen(table, budget, Enumerable.Range(0, table.Shape.Units)),
        [LawNames.LayerOrder] = (table, budget) => Chosen(table, budget, Enumerable.Range(0, table.Shape.Units)),
        [LawNames.UnitOrder] = (table, budget) => Chosen(table, budget, Enumerable.Range(0, table.Shape.Units)),
        [LawNames.FisherScale] = (table, budget) => Chosen(table, budget, Units(table).OrderBy(u => table.Fisher[u] > 3)),
        [LawNames.TaylorScale] = (table, budget) => Chosen(table, budget, Units(table).OrderBy(u => table.Taylor[u] > 3)),
        [LawNames.ShareOrCost] = (table, budget) => budget is Budget.Cost
            ? BinaryMasks.All(table.Shape, kept: false)
            : Default(table, budget, cost => cost),
        [LawNames.TieOrder] = (table, budget) => Chosen(table, budget, Units(table).Reverse().OrderByDescending(u => table.Fisher[u])),
        [LawNames.SameAnswer] = Alternating(),
        [LawNames.AnswersAlways] = (table, budget) => table.Fisher.ContainsAnyExcept(0)
            ? Default(table, budget, cost => cost)
            : throw new InvalidOperationException("no Fisher score at all"),
    };

    private static IEnumerable<int> Units(ScoreTable table) => Enumerable.Range(0, table.Shape.Units);

    private static Either<FloeError, BinaryMasks> Default(ScoreTable table, Budget budget, Func<double, double> other) =>
        from cost in budget.Resolve(table)
        from search in MaskSearches.Run(UnitOrder.Of(table), new SelectionOptions { Budget = new Budget.Cost(other(cost)) })
        select search.Masks;

    private static Either<FloeError, BinaryMasks> Chosen(ScoreTable table, Budget budget, IEnumerable<int> order) =>
        budget.Resolve(table).Bind(cost =>
    {
        bool[] kept = new bool[table.Shape.Units];
        double left = cost;
        foreach (int unit in order)
        {
            kept[unit] = table.Taylor[unit] <= left;
            left -= kept[unit] ? table.Taylor[unit] : 0;
        }

        return BinaryMasks.Create(table.Shape, kept);
    });

    private static MaskPolicy Alternating()
    {
        int asked = 0;
        return (table, _) => Right<FloeError, BinaryMasks>(BinaryMasks.All(table.Shape, kept: asked++ % 2 == 0));
    }
}
