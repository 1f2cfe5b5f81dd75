using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Effects.Stages;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe sweep</c>: several budgets at once, and how stable the ranking is across them.</summary>
internal static class SweepCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> scores = Inputs.Path("scores", "Score table.");
        SelectionInputs selection = new();
        Setting<double[]> budgets = Inputs.Reals(
            "--budgets", "Values of ρ.", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], 0, 1);
        Setting<bool> path = Inputs.Switch(
            "--path", "Follow ρ from 0.05 to 0.95 instead, and find each place where the chosen set changes to within 0.001.");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "sweep",
            "Selects under several budgets and shows where the chosen set changes and how far rankings move.",
            "floe sweep data/smollm2/scores.parquet --budgets 0.3,0.5,0.7 --n 8",
            [scores, budgets, path, .. selection.WithoutBudget, json],
            call =>
                from read in Unread.Beside(call, path, budgets)
                from options in selection.Read(call)
                from result in call.Get(path)
                    ? BudgetSweep.Path(call.Get(scores), options).Map(Result)
                    : BudgetSweep.Run(call.Get(scores), options, call.Get(budgets)).Map(Result)
                select Print(call.Terminal, result, call.Get(json)));
    }

    private static Unit Print(Terminal terminal, JsonObject result, bool json)
    {
        ResultPage.Write(terminal, result, json);
        return unit;
    }

    private static JsonObject Result(BudgetPath path) => new()
    {
        ["path"] = JsonOutput.Array(path.Points.AsEnumerable().Select(p => (JsonNode?)new JsonObject
        {
            ["budget"] = p.Rho,
            ["keptFisher"] = p.KeptFisher,
            ["layers"] = Layers(p.Layers.Chosen),
        })),
        ["changes"] = JsonOutput.Array(path.Changes.AsEnumerable().Select(c => (JsonNode?)new JsonObject
        {
            ["from"] = c.Below,
            ["to"] = c.Above,
            ["enter"] = Layers(c.Entered),
            ["leave"] = Layers(c.Left),
        })),
    };

    private static JsonObject Result(Arr<BudgetPoint> points) => new()
    {
        ["budgets"] = JsonOutput.Array(points.AsEnumerable().Select(p => (JsonNode?)Row(p))),
        ["changes"] = JsonOutput.Array(points.AsEnumerable().Zip(points.Skip(1))
            .Where(p => !p.Item1.Chosen.AsEnumerable().SequenceEqual(p.Item2.Chosen.AsEnumerable()))
                .Select(p => (JsonNode?)Change(p.Item1, p.Item2))),
    };

    private static JsonArray Layers(Arr<int> layers) => JsonOutput.Array(layers.AsEnumerable().Select(l => (JsonNode?)JsonValue.Create(l)));

    private static JsonObject Row(BudgetPoint point)
    {
        MaskSearch search = point.Result.Search;
        return new JsonObject
        {
            ["budget"] = point.Budget,
            ["keptFisher"] = search.KeptFisher,
            ["bound"] = search.Certificate.Upper,
            ["gap"] = search.Certificate.Gap,
            ["swaps"] = search.Refinement.Swaps.Count,
            ["spearman"] = point.FromPrevious.Map(d => (JsonNode?)d.Spearman).IfNoneUnsafe((JsonNode?)null),
            ["kendall"] = point.FromPrevious.Map(d => (JsonNode?)d.Kendall).IfNoneUnsafe((JsonNode?)null),
            ["overlap"] = point.FromPrevious.Map(d => (JsonNode?)d.Overlap).IfNoneUnsafe((JsonNode?)null),
            ["refinement_spearman"] = point.FromUnrefined.Spearman,
            ["layers"] = Layers(point.Chosen),
        };
    }

    private static JsonObject Change(BudgetPoint before, BudgetPoint after) => new JsonObject
    {
        ["from"] = before.Budget,
        ["to"] = after.Budget,
        ["enter"] = Layers(after.Chosen.Filter(l => before.Chosen.AsEnumerable().All(b => b != l))),
        ["leave"] = Layers(before.Chosen.Filter(l => after.Chosen.AsEnumerable().All(a => a != l))),
    };
}
