using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Inspections;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Effects.Reporting;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe compare</c>: runs side by side, or how far rankings lie apart.</summary>
internal static class CompareCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string[]> things = Inputs.Paths("things", "Run folders, or rankings: layers.parquet files or folders that hold one.");
        Setting<int?> top = Inputs.OptionalWhole(
            "--n", "Number of first layers for the overlap; the number chosen by the first without it.", 1);
        Setting<int> seed = Common.Seed();
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "compare",
            "Shows runs side by side, with what their held-out losses differ by (paired bootstrap over samples), or how far rankings of "
                + "layers lie apart.",
            "floe compare data/smollm2/layers.parquet data/smollm2/layers-tuned.parquet",
            [things, top, seed, json],
            call =>
            {
                bool runs = call.Get(things).All(path => File.Exists(Path.Combine(path, RunFolder.Comparison)));
                return
                    from ranked in Unread.Where(call, runs, "rankings to compare", "runs", top)
                    from drawn in Unread.Where(call, !runs, "runs to compare", "rankings", seed)
                    from result in runs
                        ? Runs(call.Get(things), call.Get(seed))
                        : Rankings(call.Get(things), call.Get(top), call.Terminal.Warn)
                    select Print(call, result, call.Get(json));
            });
    }

    private static Unit Print(Invocation call, JsonObject result, bool json)
    {
        ResultPage.Write(call.Terminal, result, json);
        return unit;
    }

    private static Either<FloeError, JsonObject> Runs(string[] folders, int seed) =>
        from rows in Outcomes(folders)
        from differences in RunDifferences.Of(folders, seed)
        select new JsonObject
        {
            ["runs"] = JsonOutput.Array(rows.SelectMany(r => r)),
            ["differences"] = JsonOutput.Array(differences.AsEnumerable().Select(d => (JsonNode?)new JsonObject
            {
                ["run"] = d.Run,
                ["policy"] = d.Policy,
                ["against"] = d.Against,
                ["loss_difference"] = d.Difference.Mean,
                ["low"] = d.Difference.Low,
                ["high"] = d.Difference.High,
                ["p"] = d.Difference.PValue,
            })),
        };

    private static Either<FloeError, IReadOnlyList<JsonObject[]>> Outcomes(string[] folders) => Rows(folders, folder =>
            ComparisonFile.Read(Path.Combine(folder, RunFolder.Comparison)).Map(comparison =>
                comparison.Base.AsEnumerable().Concat(comparison.Policies.AsEnumerable()).Select(outcome =>
                {
                    JsonObject row = new() { ["run"] = folder };
                    foreach ((string key, JsonNode? value) in ComparisonView.Row(outcome))
                    {
                        row[key] = value?.DeepClone();
                    }

                    return row;
                }).ToArray()));

    private static Either<FloeError, JsonObject> Rankings(string[] paths, int? top, Action<string> warn) =>
        from files in Rows(paths, path => LayerTables.Read(Directory.Exists(path) ? Path.Combine(path, RunFolder.Layers) : path))
        let told = files.Select((file, i) => OtherModel(paths[i], file, paths[0], files[0])).SelectMany(line => line).Iter(warn)
        let rankings = files.Select(f => new Named(f, f.Rows.Map(r => -(double)r.Rank).ToArray())).ToArray()
        from ranked in Rows(rankings, r => LayerRanking.Create(r.Scores))
        let n = top ?? Math.Max(1, files[0].Selected.Count)
        from distances in RankStability.Between(ranked, n)
        select new JsonObject
        {
            ["top"] = n,
            ["rankings"] = JsonOutput.Array(files.Select((f, i) => new JsonObject
            {
                ["ranking"] = paths[i],
                ["policy"] = f.Rows[0].Policy,
                ["order"] = JsonOutput.Array(ranked[i].Order.ToArray().Select(l => (JsonNode?)JsonValue.Create(l))),
                ["selected"] = JsonOutput.Array(f.Selected.AsEnumerable().Select(l => (JsonNode?)JsonValue.Create(l))),
            })),
            ["distances"] = JsonOutput.Array(
                from i in Enumerable.Range(0, paths.Length)
                from j in Enumerable.Range(i + 1, paths.Length - i - 1)
                let d = distances[i][j]
                select (JsonNode?)new JsonObject { ["a"] = paths[i], ["b"] = paths[j], ["spearman"] = d.Spearman, ["kendall"] = d.Kendall,
                    ["overlap"] = d.Overlap }),
        };

    // Rankings of two models may be compared on purpose, so this is said and not refused.
    private static LanguageExt.Option<string> OtherModel(string path, LayerFile file, string firstPath, LayerFile first) =>
        Origins.SameModel(path, file.Metadata, firstPath, first.Metadata, "The distances are those of two models.")
            .Match(Right: _ => LanguageExt.Option<string>.None, Left: error => error.Message);

    private static Either<FloeError, IReadOnlyList<R>> Rows<T, R>(IEnumerable<T> items, Func<T, Either<FloeError, R>> read) =>
        items.Fold(Right<FloeError, Arr<R>>(Arr<R>.Empty), (all, item) => from before in all from one in read(item) select before.Add(one))
            .Map<IReadOnlyList<R>>(all => [.. all]);

    private sealed record Named(LayerFile File, double[] Scores);
}
