using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Effects.Runs;
using Floe.Effects.Runs.Plans;
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
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "sweep",
            "Selects under several budgets and shows where the chosen set changes and how far rankings move.",
            "floe sweep scores.parquet --budgets 0.3,0.5,0.7 --n 8",
            [scores, budgets, .. selection.WithoutBudget, json],
            call =>
                from settings in selection.Read(call)
                from results in BudgetSweep.Run(call.Get(scores), settings, call.Get(budgets))
                select Print(call.Terminal, results, call.Get(json)));
    }

    private static Unit Print(Terminal terminal, Arr<BudgetPoint> points, bool json)
    {
        ResultPage.Write(
            terminal,
            new JsonObject
            {
                ["budgets"] = JsonOutput.Array(points.Select(p => (JsonNode?)Row(p)).AsEnumerable()),
                ["changes"] = JsonOutput.Array(points.Zip(points.Skip(1)).Where(p => p.Item1.Chosen != p.Item2.Chosen).Select(p => Change(p.Item1, p.Item2))),
            },
            json);
        return unit;
    }

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
            ["layers"] = JsonOutput.Array(point.Chosen.Map(l => (JsonNode?)JsonValue.Create(l)).AsEnumerable()),
        };
    }

    private static JsonObject Change(BudgetPoint before, BudgetPoint after) => new JsonObject
    {
        ["from"] = before.Budget,
        ["to"] = after.Budget,
        ["enter"] = JsonOutput.Array(after.Chosen.Where(l => !before.Chosen.Contains(l)).Select(l => (JsonNode?)JsonValue.Create(l)).AsEnumerable()),
        ["leave"] = JsonOutput.Array(before.Chosen.Where(l => !after.Chosen.Contains(l)).Select(l => (JsonNode?)JsonValue.Create(l)).AsEnumerable()),
    };
}
