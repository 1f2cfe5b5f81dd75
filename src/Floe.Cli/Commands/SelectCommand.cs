using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe select</c>: from stored scores to masks and layers, without a model.</summary>
internal static class SelectCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> scores = Inputs.Path(
            "scores", "Score table: scores.parquet, or your own with layer, component, index, fisher and perhaps taylor.");
        SelectionInputs selection = new();
        Setting<string?> statistics = Inputs.Text(
            "--statistics", "FILE", "Layer statistics (statistics.parquet) for policies that rank by one.");
        Setting<string> policy = new("--policy")
        {
            Description = $"By what layers are chosen: {string.Join(", ", Policy.Forms.Select(form => form.Usage))}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "fisher",
        };
        Setting<string?> equations = Inputs.Text(
            "--tune", "FILE", "Tuning equations (normal.parquet of collect --equations): tunes the masks without the model.");
        Setting<string?> shards = Inputs.Text(
            "--shards", "FOLDER", "Score tables of parts of the sample: adds confidence intervals of the ranks.");
        Setting<int> replicates = Inputs.Whole(
            "--replicates", "Draws of the bootstrap over the shards.", new BootstrapOptions().Replicates, 1);
        Setting<double> level = Inputs.Real(
            "--level", "Share of the draws between rankLow and rankHigh.", new BootstrapOptions().Level, 0.01, 0.999);
        Setting<string?> peft = Inputs.Text(
            "--peft-config", "FILE", "Also writes the adapter_config.json with which PEFT trains a LoRA on the selected layers in Python "
                + "(rank, α and modules of Table 6).").OfPlaces();
        Setting<int> seed = Common.Seed();
        Setting<string> folder = Common.Out(".");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "select",
            "Finds masks and ranks layers from stored scores; no model is loaded.",
            "floe select data/smollm2/scores.parquet --budget 0.5 --n 8 --out selection",
            [scores, .. selection.All, policy, statistics, equations, shards, replicates, level, peft, seed, folder, json],
            call =>
                from read in Unread.Without(call, shards, replicates, level)
                from options in selection.Read(call)
                from ranked in Policy.Parse(call.Get(policy), (ulong)call.Get(seed))
                from selected in SelectStage.Run(call.Get(scores), Optional(call.Get(statistics)!), options with { Policy = ranked })
                from tuned in call.Get(equations) is { } file ? TuneStage.FromStored(file, selected) : selected
                from sure in call.Get(shards) is { } parts
                    ? SelectionConfidence.Run(
                        parts, tuned, new BootstrapOptions(call.Get(replicates), (ulong)call.Get(seed), call.Get(level)))
                    : tuned
                from written in sure.WriteResult(call.Get(folder), "floe select")
                from config in call.Get(peft) is { } path ? PeftConfig(path, sure) : unit
                select Print(call.Terminal, sure, call.Get(json)));
    }

    private static Either<FloeError, Unit> PeftConfig(string path, Selected selected) => AdapterWriter.WriteConfig(
        path,
        Presets.Lora.On(selected.Rows.Filter(row => row.Selected).Map(row => row.Layer)),
        selected.Rows.Count,
        selected.Scores.Metadata.Model.Map(model => model.Name).IfNone(""));

    /// <summary>The result for programs.</summary>
    public static JsonObject Result(Selected selected)
    {
        SelectionResult result = selected.Result;
        MaskSearch search = result.Search;
        JsonObject page = new()
        {
            ["policy"] = result.Options.Policy.Label,
            ["budget"] = search.Budget,
            ["cost"] = search.Cost,
            ["keptFisher"] = search.KeptFisher,
            ["bound"] = search.Certificate.Upper,
            ["gap"] = search.Certificate.Gap,
            ["relativeGap"] = search.Certificate.RelativeGap,
            ["keptHeads"] = search.Masks.Count(Component.Head),
            ["keptNeurons"] = search.Masks.Count(Component.Neuron),
            ["swaps"] = search.Refinement.Swaps.Count,
            ["importance"] = result.Importance.Source == MaskSource.Tuned ? "tuned masks" : "binary masks",
            ["layers"] = JsonOutput.Array(selected.Rows.AsEnumerable().Select(row => (JsonNode?)Layer(row))),
        };
        result.Layers.Certificate.IfSome(certificate => page["gates"] = Gates(certificate));
        return page;
    }

    private static JsonObject Gates(GateCertificate certificate) => new JsonObject
    {
        ["rise"] = certificate.Rise,
        ["bound"] = certificate.Bound,
        ["proven"] = certificate.Proven,
        ["nodes"] = certificate.Nodes,
    };

    private static JsonObject Layer(LayerRow row)
    {
        JsonObject layer = new()
        {
            ["layer"] = row.Layer,
            ["importance"] = row.Importance,
            ["rank"] = row.Rank,
            ["selected"] = row.Selected,
        };
        row.Interval.IfSome(interval =>
        {
            layer["rankLow"] = interval.RankLow;
            layer["rankHigh"] = interval.RankHigh;
            layer["selectedShare"] = interval.SelectedShare;
        });
        return layer;
    }

    private static Unit Print(Terminal terminal, Selected selected, bool json)
    {
        selected.Scores.Notes.Iter(terminal.Note);
        ResultPage.Write(terminal, Result(selected), json);
        return unit;
    }
}
