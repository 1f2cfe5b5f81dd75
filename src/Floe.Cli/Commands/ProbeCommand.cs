using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Formats.Data;
using Floe.Effects.Results;
using Floe.Effects.Stages;
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
        Setting<int?> length = Common.Length();
        Setting<int> micro = Inputs.Whole("--micro-batch-tokens", "Positions that one pass may hold. Bounds memory.", 1024, 1);
        Setting<string> folder = Common.Out(".");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "probe",
            "Looks at a trained adapter layer by layer: off one at a time (ablate), greedily off or on (backward, forward), gates with "
                + "their Fisher (gates).",
            "floe probe --model data/default --adapter runs/quickstart/adapted --data data/tasks/tags-heldout.jsonl --out scores",
            [.. model.All, adapter, data, probes, length, micro, folder, json],
            call =>
                from wanted in LayerProbes.Parse("--policies", call.Get(probes))
                from found in model.With(call, opened =>
                    from set in DataFile.Read(call.Get(data))
                    from samples in opened.Samples(set, Optional(call.Get(length)))
                    let all = (TokenizedSample[])[.. samples.Samples]
                    from columns in OpenedAdapter.With(Some(call.Get(adapter)), opened, adapters =>
                    {
                        using ProgressLine progress = new(call.Terminal);
                        return
                            from columns in ProbeStage.Run(opened, adapters!, all, wanted, call.Get(micro), progress.Report)
                            from metadata in CollectStage.Metadata(opened, adapters, all, 0)
                            from written in ProbeStage.Write(call.Get(folder), columns, metadata with { Seed = None })
                            select columns;
                    })
                    select columns)
                select Print(call, wanted, found, call.Get(folder), call.Get(json)));
    }

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
