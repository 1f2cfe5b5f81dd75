using System.CommandLine;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Effects.Plans;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Options;

/// <summary>The options that say how masks are searched and layers chosen, shared by every command that selects.</summary>
internal sealed class SelectionInputs
{
    private static readonly SelectionOptions Usual = new();

    private readonly Setting<double> budget = Inputs.Real("--budget", "ρ, the share of Taylor cost that is kept.", 0.5, 0, 1);
    private readonly Setting<double?> cost = Inputs.OptionalReal(
        "--cost", "C itself, in the units of the Taylor column, in place of --budget.", 0, double.MaxValue);
    private readonly Setting<DeterminationForm> determination = Inputs.Choice(
        "--determination", "Form of Algorithm 1", Usual.Determination, SelectionWords.Determinations);
    private readonly Setting<BudgetScope> scope = Inputs.Choice(
        "--scope", "One search over all layers or one a layer", Usual.Scope, SelectionWords.Scopes);
    private readonly Setting<RefinementForm> refinement = Inputs.Choice(
        "--refinement",
        "Form of Algorithm 2; exchange counts each unit's own cost, scalar the mean costs of heads and neurons, exact goes on to the "
            + "optimum or to a stated gap",
        Usual.Refinement,
        SelectionWords.Refinements);

    private readonly Setting<int> states = Inputs.Whole(
        "--states", "Partial solutions that refinement exact examines at most, 12 bytes each; what is left of the gap is printed.",
            (int)ExactSearch.DefaultStates, 1);

    private readonly Setting<ComponentWeights> weights = Inputs.Choice(
        "--weights", "How heads and neurons weigh in a layer's importance", Usual.Weights, SelectionWords.Weights);

    private readonly Setting<int?> count = WithAlias(Inputs.OptionalWhole("--n", "Number of layers chosen.", 1), "--top");
    private readonly Setting<double?> share = Inputs.OptionalReal(
        "--share", "Share of layers chosen; one half without --n or --threshold.", 0, 1);
    private readonly Setting<double?> threshold = Inputs.OptionalReal(
        "--threshold", "Choose the layers whose score is above it.", -1e9, 1e9);
    private readonly Setting<bool> half = Inputs.Switch(
        "--at-least-half", "Choose at least half of the layers: for small samples (paper, Appendix D).");

    /// <summary>All of them.</summary>
    public Symbol[] All => [budget, cost, .. WithoutBudget];

    /// <summary>All but the budget, for a command that tries several.</summary>
    public Symbol[] WithoutBudget => [determination, scope, refinement, states, weights, count, share, threshold, half];

    /// <summary>The options of a call, by the method's own policy. Errors: two ways to say one thing.</summary>
    public Either<FloeError, SelectionOptions> Read(Invocation call)
    {
        Option[] ways = [.. new Option[] { count, share, threshold }.Where(call.Given)];
        RefinementForm form = call.Get(refinement);
        return ways.Length > 1 ? Twice(ways)
            : call.Given(budget) && call.Given(cost) ? Twice([budget, cost])
            : Unread.Where(call, form != RefinementForm.Exact, "--refinement exact beside", SelectionWords.Refinements[form], states)
                .Map(_ => Usual with
            {
                Budget = SelectionWords.Budget(call.Get(budget), Optional(call.Get(cost))),
                Determination = call.Get(determination),
                Scope = call.Get(scope),
                Refinement = form,
                ExactStates = call.Get(states),
                Weights = call.Get(weights),
                Choice = SelectionWords.Choice(
                    Optional(call.Get(count)), Optional(call.Get(share)), Optional(call.Get(threshold)), call.Get(half)),
            });
    }

    private static Either<FloeError, SelectionOptions> Twice(Option[] options)
    {
        string names = string.Join(", ", options.Select(o => o.Name));
        return new FloeError.Usage(names, "one of them", $"{options.Length}", "Keep one.");
    }

    private static Setting<T> WithAlias<T>(Setting<T> option, string alias)
    {
        option.Aliases.Add(alias);
        return option;
    }
}
