using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe merge</c>: shards into the table of the whole, or with <c>--adapter</c> an adapter into its model.</summary>
internal static class MergeCommand
{
    private const string ModelFolder = "merged";

    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string[]> parts = Inputs.Paths(
            "parts", "Score tables of disjoint parts of the data, all of one model; with --adapter the base model.");
        Setting<string?> adapter = Common.Adapter();
        Setting<string?> type = Inputs.Text(
            "--dtype", "WORD",
                $"Type of a merged model's weights: {string.Join(", ", WeightTypes.Words)}; that of the base model without it.");
        Setting<string?> target = Inputs.Text(
            "--out", "PATH", $"The merged table, {RunFolder.Scores} without it; with --adapter the folder of the merged model, "
                + $"{ModelFolder} without it.").OfPlaces();
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "merge",
            "Adds the score tables of shards, bit for bit the same in any order; with --adapter, writes a model with the adapter merged "
                + "into its weights.",
            "floe merge runs/quickstart/shards/00.parquet runs/quickstart/shards/01.parquet --out merged.parquet",
            [parts, adapter, type, target, json],
            call => call.Get(adapter) is { } folder
                ? Model(call, call.Get(parts), folder, call.Get(type), call.Get(target) ?? ModelFolder, call.Get(json))
                : from unread in Unread.Without(call, adapter, type)
                  let file = call.Get(target) ?? RunFolder.Scores
                  from merged in ShardMerge.Run(call.Get(parts))
                  from written in ScoreTables.Write(file, merged.Sums, merged.Metadata)
                  select Print(call.Terminal, merged, call.Get(parts).Length, call.Get(json)));
    }

    private static Either<FloeError, LanguageExt.Unit> Model(
        Invocation call, string[] parts, string adapter, string? type, string folder, bool json) =>
        from model in parts is [var one] ? Right<FloeError, string>(one) : new FloeError.Usage(
            "parts", "one base model beside --adapter", $"{parts.Length} paths", "Name the model that the adapter was trained on.")
        from words in type is null || WeightTypes.Words.Contains(type) ? Right<FloeError, LanguageExt.Unit>(unit) : new FloeError.Usage(
            "--dtype", string.Join(", ", WeightTypes.Words), type, "Take one of them.")
        from config in AdapterMerge.Run(
            model, adapter, folder, Optional(type!)
                .Map(word => WeightTypes.Of(word) == WeightType.BFloat16 ? ElementType.BF16 : ElementType.F32), call.Terminal.Warn)
        select Print(
            call.Terminal, new JsonObject { ["folder"] = folder, ["architecture"] = config.Architecture, ["layers"] = config.Layers },
                json);

    private static LanguageExt.Unit Print(Terminal terminal, ScoreFile merged, int shards, bool json) => Print(
        terminal,
        new JsonObject
        {
            ["shards"] = shards,
            ["units"] = merged.Sums.Shape.Units,
            ["samples"] = merged.Sums.FisherCounts[0],
            ["calibration_batches"] = merged.Sums.TaylorCounts[0],
        },
        json);

    private static LanguageExt.Unit Print(Terminal terminal, JsonObject result, bool json)
    {
        ResultPage.Write(terminal, result, json);
        return unit;
    }
}
