using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Data;
using Floe.Effects.Results;
using Floe.Effects.Stages;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe collect</c>: scores and statistics of a model on a sample.</summary>
internal static class CollectCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        ModelInputs model = new();
        Setting<string?> adapter = Inputs.Text(
            "--adapter", "FOLDER", "Adapter of the sample-adapted model; Fisher is taken on the base model without it.");
        Setting<string> data = Inputs.Required("--data", "FILE", "The sample.");
        Setting<string?> text = Inputs.Text("--text", "FILE", "Calibration text of the Taylor scores; the sample's texts without it.");
        Setting<int> sequences = Inputs.Whole("--sequences", "Calibration blocks at most.", 8, 1);
        Setting<int> tokens = Inputs.Whole("--tokens", "Tokens of a calibration block.", 128, 2);
        Setting<int> batch = Inputs.Whole("--taylor-batch", "Calibration blocks in a batch; 0 takes all as one.", 0, 0);
        Setting<int?> length = Common.Length();
        Setting<int> micro = Inputs.Whole(
            "--micro-batch-tokens",
                "Positions that one Fisher pass may hold; 0 chooses. Bounds memory; the scores change by rounding only.", 0, 0);
        Setting<bool> perSample = Inputs.Switch(
            "--per-sample", "Keep the sums of parts of the sample under shards/, for confidence intervals of the ranking.");
        Setting<bool> noStatistics = Inputs.Switch("--no-statistics", $"Leave out the statistics of rival policies but for weight norms. "
            + $"They are taken over the linear layers that --adapter sits on, with its rank; without it over "
            + $"{string.Join(", ", Presets.Floe.Adapter.Modules.Map(module => module.Name()))}, rank {Presets.Floe.Adapter.Rank}.");
        Setting<bool> bothPaths = Inputs.Switch(
            "--both-paths", "Adapters on the output and down projections see the masked input too (method, section 2).");
        Setting<int?> ancestor = Inputs.OptionalWhole(
            "--fisher-batch", "The ancestor's form: squares of the mean gradient of batches of this many samples.", 1);
        Setting<bool> equations = Inputs.Switch(
            "--equations", "Also write normal.parquet, from which select --tune tunes any masks without the model; large.");
        Setting<int> seed = Common.Seed();
        Setting<string> folder = Common.Out(".");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "collect",
            "Scores every head and neuron: Fisher on the adapted model, Taylor on the base model.",
            "floe collect --model data/default --adapter runs/quickstart/adapted --data data/tasks/tags-heldout.jsonl --out scores",
            [.. model.All, adapter, data, text, sequences, tokens, batch, length, micro, perSample, noStatistics, bothPaths, ancestor,
                equations, seed, folder, json],
            call =>
                from set in DataFile.Read(call.Get(data))
                from input in call.Get(text) is { } file ? TextInput.Read(file) : new TextInput.Samples(set)
                from result in model.With(call, opened =>
                    from fits in PlanData.Fits(call.Get(tokens), opened.Decoder.Config, "--tokens")
                    from samples in opened.Samples(set, Optional(call.Get(length)))
                    from blocks in CalibrationText.Blocks(call.Get(text) ?? set.Path, input, opened.Tokenizer, call.Get(tokens))
                    from collected in OpenedAdapter.With(Optional(call.Get(adapter)!), opened, adapters =>
                    {
                        using ProgressLine progress = new(call.Terminal);
                        RivalAdapter rival = RivalAdapter.Of(Optional(adapters?.Plan!));
                        CollectRequest request = new(
                            rival.Modules,
                            rival.Rank,
                            rival.Alpha,
                            !call.Get(noStatistics),
                            call.Get(perSample) ? CollectStage.MostShards : 1,
                            call.Get(batch),
                            call.Get(micro),
                            call.Get(bothPaths),
                            Optional(call.Get(ancestor)));
                        TokenizedSample[] all = [.. samples.Samples];
                        return
                            from found in CollectStage.Run(
                                opened,
                                adapters,
                                all,
                                [.. blocks.AsEnumerable().Take(call.Get(sequences)).Select(b => (ReadOnlyMemory<int>)b.ToArray())],
                                request,
                                progress.Report)
                            from metadata in CollectStage.Metadata(opened, adapters, all, call.Get(seed))
                            from written in found.WriteAll(call.Get(folder), metadata, call.Get(equations)
                                ? Some<Func<string, Either<FloeError, Unit>>>(path =>
                                    StoredEquations.Write(path, opened, adapters, all, metadata, progress.Report))
                                : None)
                            select found;
                    })
                    select Print(call.Terminal, call.Get(folder), collected, call.Get(json)), adapter)
                select result);
    }

    private static Unit Print(Terminal terminal, string folder, Collected collected, bool json)
    {
        ResultPage.Write(
            terminal,
            new JsonObject
            {
                ["scores"] = Path.Combine(folder, RunFolder.Scores),
                ["statistics"] = Path.Combine(folder, RunFolder.Statistics),
                ["units"] = collected.Scores.Shape.Units,
                ["samples"] = collected.Scores.FisherCounts[0],
                ["calibration_batches"] = collected.Scores.TaylorCounts[0],
                ["shards"] = collected.Shards.Count,
                ["tokens"] = collected.Tokens,
            },
            json);
        return unit;
    }
}
