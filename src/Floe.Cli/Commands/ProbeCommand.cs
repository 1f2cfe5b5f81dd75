using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Data;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Stages;
using Floe.Effects.Training;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe probe</c>: what the layers of a trained adapter do, for policies that rank by it.</summary>
internal static class ProbeCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        ModelInputs model = new();
        Setting<string> adapter = Inputs.Required("--adapter", "FOLDER", "The trained adapter, on all layers that are to be ranked.");
        Setting<string> data = Inputs.Required("--data", "FILE", "Samples that it was not trained on.");
        Setting<string> probes = new("--policies")
        {
            Description = $"The policies to collect for, separated by commas: {string.Join(", ", LayerProbes.Words)}.",
            HelpName = "LIST",
            DefaultValueFactory = _ => "ablate,gates",
        };
        Setting<string?> train = Inputs.Text(
            "--train", "FILE", "For progressive: the samples that the adapter was trained on, and is trained on between.");
        AdapterInputs training = new();
        Setting<int> seed = Common.Seed();
        Setting<string> folder = Common.Out(".");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "probe",
            "Looks at a trained adapter layer by layer: off one at a time (ablate), greedily off or on (backward, forward), off with "
                + "training between (progressive), gates with their Fisher (gates).",
            "floe probe --model data/default --adapter runs/quickstart/adapted --data data/tasks/tags-heldout.jsonl --out scores",
            [.. model.All, adapter, data, probes, train, .. training.Training, seed, folder, json],
            call =>
                from wanted in LayerProbes.Parse("--policies", call.Get(probes))
                let further = wanted.Exists(probe => probe == LayerProbe.Progressive)
                from needed in Steps.Check(!further || call.Given(train), () => new FloeError.Usage(
                    "--train", "the samples that the adapter was trained on, for progressive", "none", "Give --train FILE."))
                from read in Unread.Where(call, !further, "--policies progressive beside", "none", [train, seed, .. training.Schedule])
                from trained in training.Readable(call)
                from found in model.With(call, opened =>
                    from set in DataFile.Read(call.Get(data))
                    from samples in opened.Samples(set, training.Length(call))
                    let settings = training.Settings(call, call.Get(seed), opened.Decoder.Config)
                    from task in Further(call.Get(train), opened, training.Length(call), settings)
                    let all = (TokenizedSample[])[.. samples.Samples]
                    from columns in OpenedAdapter.With(Some(call.Get(adapter)), opened, adapters =>
                    {
                        using ProgressLine progress = new(call.Terminal);
                        return
                            from metadata in CollectStage.Metadata(opened, adapters, all, 0)
                            from columns in ProbeStage.Run(opened, adapters!, all, wanted, task, settings.MicroBatchTokens, progress.Report)
                            from written in ProbeStage.Write(call.Get(folder), columns, metadata with { Seed = None })
                            select columns;
                    })
                    select columns)
                select Print(call, wanted, found, call.Get(folder), call.Get(json)));
    }

    private static Either<FloeError, LanguageExt.Option<TrainingTask>> Further(
        string? file, OpenedModel model, LanguageExt.Option<int> length, TrainingSettings settings) => file is null
        ? Right<FloeError, LanguageExt.Option<TrainingTask>>(None)
        : from known in DataFile.Read(file)
          from sample in model.Samples(known, length)
          select Some(ProbeStage.Further(settings, [.. sample.Samples]));

    private static Unit Print(Invocation call, Arr<LayerProbe> wanted, LayerStatistics found, string folder, bool json)
    {
        JsonObject page = new() { ["statistics"] = Path.Combine(folder, RunFolder.Probe), ["layers"] = found.Layers };
        foreach (LayerProbe probe in wanted.Filter(probe => probe != LayerProbe.Gates))
        {
            // Layers as a policy of that column would take them, the first one first; those without adapter are not ranked.
            page[$"{probe.Column()}_order"] = found.Find(probe.Column()).Map(values => new JsonArray(
                [.. Enumerable.Range(0, found.Layers)
                    .Where(l => !double.IsNaN(values.Span[l]))
                    .OrderByDescending(l => values.Span[l])
                    .Select(l => JsonValue.Create(l))]))
                    .IfNone([]);
        }

        ResultPage.Write(call.Terminal, page, json);
        return unit;
    }
}
