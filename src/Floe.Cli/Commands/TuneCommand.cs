using System.CommandLine;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain.Masks;
using Floe.Effects.Adapters;
using Floe.Effects.Data;
using Floe.Effects.Plans;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe tune</c>: tunes the masks of a selection on text and ranks the layers again.</summary>
internal static class TuneCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> scores = Inputs.Path("scores", "The score table that the selection was made from.");
        ModelInputs model = new();
        SelectionInputs selection = new();
        Setting<string> masks = Inputs.Required("--masks", "FILE", "The selection's masks.parquet, made with the same options as here.");
        Setting<string?> adapter = Common.Adapter();
        Setting<string> data = Inputs.Required("--data", "FILE", "The text: samples.");
        Setting<string?> statistics = Inputs.Text("--statistics", "FILE", "Layer statistics, for the weight norms in layers.parquet.");
        Setting<TuningMode> mode = Inputs.Choice("--mode", "Form of the tuning equations", TuningMode.Retained, SelectionWords.TuningModes);
        Setting<int?> length = Common.Length();
        Setting<string> folder = Common.Out("tuned");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "tune",
            "Tunes kept masks in closed form on text, and ranks the layers by the tuned masks.",
            "floe tune runs/quickstart/scores.parquet --masks runs/quickstart/masks.parquet --model data/default --adapter "
                + "runs/quickstart/adapted --data data/tasks/tags-heldout.jsonl --n 3",
            [scores, masks, .. model.All, adapter, data, mode, .. selection.All, statistics, length, folder, json],
            call =>
                from options in selection.Read(call)
                from selected in SelectStage.Run(call.Get(scores), Optional(call.Get(statistics)!), options)
                from stored in MaskTables.Read(call.Get(masks))
                from set in DataFile.Read(call.Get(data))
                from tuned in model.With(call, opened =>
                    from samples in opened.Samples(set, Optional(call.Get(length)))
                    from found in OpenedAdapter.With(Optional(call.Get(adapter)!), opened, adapters =>
                    {
                        using ProgressLine progress = new(call.Terminal);
                        return TuneStage.Run(
                            opened, adapters, selected, call.Get(masks), stored, [.. samples.Samples], call.Get(mode), progress.Report);
                    })
                    select found, adapter)
                from written in tuned.WriteResult(call.Get(folder), "floe tune")
                select Print(call, tuned, call.Get(json)));
    }

    private static Unit Print(Invocation call, Selected tuned, bool json)
    {
        ResultPage.Write(call.Terminal, SelectCommand.Result(tuned), json);
        return unit;
    }
}
