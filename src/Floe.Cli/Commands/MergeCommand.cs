using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe merge</c>: shards into the table of the whole.</summary>
internal static class MergeCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string[]> shards = Inputs.Paths("shards", "Score tables of disjoint parts of the data, all of one model.");
        Setting<string> target = new Setting<string>("--out") { Description = "The merged table.", HelpName = "FILE", DefaultValueFactory = _ => RunFolder.Scores }.OfPlaces();
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "merge",
            "Adds the score tables of shards; the result does not depend on their order or grouping, bit for bit.",
            "floe merge runs/quickstart/shards/00.parquet runs/quickstart/shards/01.parquet --out merged.parquet",
            [shards, target, json],
            call =>
                from merged in ShardMerge.Run(call.Get(shards))
                from written in ScoreTables.Write(call.Get(target), merged.Sums, merged.Metadata)
                select Print(call.Terminal, merged, call.Get(shards).Length, call.Get(json)));
    }

    private static LanguageExt.Unit Print(Terminal terminal, ScoreFile merged, int shards, bool json)
    {
        ResultPage.Write(
            terminal,
            new JsonObject
            {
                ["shards"] = shards,
                ["units"] = merged.Sums.Shape.Units,
                ["samples"] = merged.Sums.FisherCounts[0],
                ["calibration_batches"] = merged.Sums.TaylorCounts[0],
            },
            json);
        return unit;
    }
}
