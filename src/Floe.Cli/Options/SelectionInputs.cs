using System.CommandLine;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Effects.Plans;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Options;

/// <summary>The options that say how masks are searched and layers chosen, shared by every command that selects.</summary>
internal sealed class SelectionInputs
{
    private readonly Setting<double> budget = Inputs.Real("--budget", "ρ, the share of Taylor cost that is kept.", 0.5, 0, 1);
    private readonly Setting<double?> cost = Inputs.OptionalReal("--cost", "C itself, in the units of the Taylor column, in place of --budget.", 0, double.MaxValue);
    private readonly Setting<string> determination = Inputs.Choice("--determination", "Form of Algorithm 1", "kept", SelectionWords.Determinations);
    private readonly Setting<string> scope = Inputs.Choice("--scope", "One search over all layers or one a layer", "global", SelectionWords.Scopes);
    private readonly Setting<string> refinement = Inputs.Choice(
        "--refinement", "Form of Algorithm 2; exchange counts each unit's own cost, scalar the mean costs of heads and neurons, exact goes on to the optimum or to a stated gap", "exchange", SelectionWords.Refinements);

    private readonly Setting<int> states = Inputs.Whole(
        "--states", "Partial solutions that refinement exact examines at most, 12 bytes each; what is left of the gap is printed.", (int)ExactSearch.DefaultStates, 1);

    private readonly Setting<string> weights = Inputs.Choice("--weights", "How heads and neurons weigh in a layer's importance", "equal", SelectionWords.Weights);
    private readonly Setting<int?> count = WithAlias(Inputs.OptionalWhole("--n", "Number of layers chosen.", 1), "--top");
    private readonly Setting<double?> share = Inputs.OptionalReal("--share", "Share of layers chosen; one half without --n or --threshold.", 0, 1);
    private readonly Setting<double?> threshold = Inputs.OptionalReal("--threshold", "Choose the layers whose score is above it.", -1e9, 1e9);
    private readonly Setting<bool> half = Inputs.Switch("--at-least-half", "Choose at least half of the layers: for small samples (paper, Appendix D).");

    /// <summary>All of them.</summary>
    public Symbol[] All => [budget, cost, .. WithoutBudget];

    /// <summary>All but the budget, for a command that tries several.</summary>
    public Symbol[] WithoutBudget => [determination, scope, refinement, states, weights, count, share, threshold, half];

    /// <summary>The settings of a call. Errors: two ways to say one thing.</summary>
    public Either<FloeError, SelectionSettings> Read(Invocation call)
    {
        Option[] ways = [.. new Option[] { count, share, threshold }.Where(call.Given)];
        return ways.Length > 1 ? Twice(ways)
            : call.Given(budget) && call.Given(cost) ? Twice([budget, cost])
            : Unread.Where(call, call.Get(refinement) != "exact", "--refinement exact beside", call.Get(refinement), states).Map(_ => new SelectionSettings(
                call.Get(budget),
                Optional(call.Get(cost)),
                call.Get(determination),
                call.Get(scope),
                call.Get(refinement),
                "none",
                call.Get(weights),
                Optional(call.Get(count)),
                Optional(call.Get(share)),
                Optional(call.Get(threshold)),
                call.Get(half))
            {
                ExactStates = call.Get(states),
            });
    }

    private static Either<FloeError, SelectionSettings> Twice(Option[] options)
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
