using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Data;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe adapt</c>: fine-tunes chosen layers.</summary>
internal static class AdaptCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        ModelInputs model = new();
        AdapterInputs adapter = new();
        Setting<string> data = Inputs.Required(
            "--data", "FILE", "Samples: JSONL or JSON with prompt/completion, Alpaca, messages or text; - is standard input.");
        Setting<string?> layers = Common.Layers();
        Setting<string?> plan = Inputs.Text(
            "--plan", "FILE", "plan.json that says which layers get which adapter, in place of --layers and the adapter's options.");
        Setting<string> folder = Common.Out("adapter");
        Setting<int> seed = Common.Seed();
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "adapt",
            "Fine-tunes an adapter on chosen layers; an interrupted call goes on where it was.",
            "floe adapt --model data/default --data data/tasks/tags.jsonl --layers 4,7,9-11 --steps 100 --out adapter",
            [.. model.All, data, layers, plan, .. adapter.Adapter, .. adapter.Training, folder, seed, json],
            call =>
                from said in Unread.Beside(call, plan, [layers, .. adapter.Adapter])
                from trained in adapter.Readable(call)
                from sound in adapter.On(call, [0]).Bind(one => one.Checked())
                from placed in Unread.Where(
                    call, !sound.Kind.ChoosesLayers, "a kind of adapter on chosen layers", $"--kind {sound.Kind.Name}", layers)
                from set in DataFile.Read(call.Get(data))
                from printed in model.With(call, opened =>
                    from chosen in call.Get(plan) is { } file
                        ? Planned(file, opened)
                        : LayerList.Of(call.Get(layers), opened.Decoder.Config.Layers, "--model", () => Known(opened))
                            .Bind(list => adapter.On(call, list))
                            .Bind(one => one.Checked())
                    from samples in opened.Samples(set, adapter.Length(call))
                    from done in Train(
                        call, opened, chosen, [.. samples.Samples], adapter.Settings(
                            call, call.Get(seed), opened.Decoder.Config), call.Get(folder))
                    select Print(call.Terminal, call.Get(folder), chosen, samples, done, call.Get(json)))
                select printed) { StopsItself = true };
    }

    private static Either<FloeError, AdapterPlan> Planned(string file, OpenedModel model) =>
        from stored in AdapterPlanFile.Read(file)
        from known in Known(model)
        from same in Origins.SameModel(
            file, new TableMetadata(Model: stored.Model), "--model", known, "Give the plan that was made for this model.")
        select stored.Plan;

    private static Either<FloeError, TableMetadata> Known(OpenedModel model) =>
        model.Identity.Map(identity => new TableMetadata(Model: identity));

    private static Either<FloeError, (long Tokens, bool Finished)> Train(
        Invocation call, OpenedModel model, AdapterPlan plan, IReadOnlyList<TokenizedSample> samples, TrainingSettings settings,
            string folder)
    {
        using ProgressLine progress = new(call.Terminal);
        return AdaptStage.Run(
            model, plan, samples, settings, new AdaptFiles(
                folder, Path.Combine(folder, "run.jsonl"), call.Terminal.Warn), progress.Report, call.Terminal.Stop);
    }

    private static Unit Print(
        Terminal terminal, string folder, AdapterPlan plan, TokenizedData data, (long Tokens, bool Finished) done, bool json)
    {
        if (done.Finished)
        {
            ResultPage.Write(
                terminal,
                new JsonObject
                {
                    ["adapter"] = folder,
                    ["layers"] = JsonOutput.Array(plan.Layers.AsEnumerable().Select(l => (JsonNode?)JsonValue.Create(l.Layer))),
                    ["samples"] = data.Samples.Count,
                    ["cut"] = data.Cut,
                    ["left_out"] = data.LeftOut,
                    ["moved_seams"] = data.Moved,
                    ["tokens"] = done.Tokens,
                },
                json);
        }

        return unit;
    }
}
