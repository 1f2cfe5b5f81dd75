using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe ranks</c>: searches the rank for a plan's data.</summary>
internal static class RanksCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> plan = Inputs.Path("plan", "Plan file (YAML): model, data, adapter and training; see docs/formats.md.");
        RankInputs search = new();
        Setting<string?> layers = Common.Layers();
        Setting<string> part = Inputs.Choice(
            "--on", "What a trial trains on, and with which of the plan's trainings", "sample", "sample", "train");
        Setting<string?> store = Inputs.Text(
            "--store", "PLACE", "The study: a file in Optuna's journal format, or postgresql://USER:PASSWORD@HOST/DATABASE; study.jsonl in "
                + "the folder without it.");
        Setting<string?> name = Inputs.Text("--name", "NAME", "Name of the study in the store; that of the plan without it.");
        Setting<string?> folder = Inputs.Text("--out", "FOLDER", "Folder for checkpoints and the page; runs/NAME-ranks without it.");
        Setting<bool> perLayer = Inputs.Switch(
            "--per-layer", "Then compare the answer with ranks that differ by layer, at equal parameters: by the trained adapter's "
                + "effective ranks, and by the importance in --layers.");
        Setting<bool> recompute = Inputs.Switch(
            "--recompute", "Run the layers below the lowest adapted one each time, instead of keeping what they give.");
        Setting<string> device = Common.Device();
        Setting<bool> json = Common.Json();
        FloeCommand command = new(
            "ranks",
            "Searches the rank for a plan's data: trains each rank with several seeds and says which ranks are within noise of the best.",
            "floe ranks plans/quickstart.yaml --ranks 2-8 --trials 4 --seeds 42,43 --out runs/ranks",
            [plan, .. search.All, layers, part, store, name, folder, perLayer, recompute, device, json],
            call =>
                from stored in PlanFile.Read(call.Get(plan))
                from space in search.Space(call, stored.Plan.Adapter.Kind)
                from sampler in search.Sampler(call)
                from seeds in search.Seeds(call)
                from measured in search.Measured(call)
                from ordered in !search.Counts(call) || (call.Get(layers) is { } file && File.Exists(file))
                    ? unit
                    : Left<FloeError, LanguageExt.Unit>(
                    new FloeError.Usage(
                        "--counts", "--layers with a layers.parquet beside it, whose order says which layers", "none",
                            "Name the layers.parquet of a selection."))
                let target = call.Get(folder) ?? Path.Combine("runs", $"{stored.Plan.Name}-ranks")
                from outcome in WithModel(call, stored.Plan, call.Get(device), model =>
                    from chosen in Layers(call, layers, search.Counts(call), model)
                    from importance in Importance(call.Get(layers))
                    let request = new RankRequest(
                        space,
                        sampler,
                        search.Proposals(call),
                        seeds,
                        search.Halving(call),
                        measured,
                        chosen,
                        call.Get(part) == "sample",
                        call.Get(store) ?? Path.Combine(target, "study.jsonl"),
                        Optional(call.Get(name)!),
                        target,
                        !call.Get(recompute))
                    {
                        PerLayer = call.Get(perLayer),
                        Importance = importance,
                    }
                    from done in Search(call, model, stored.Plan, request)
                    select (Request: request, Done: done))
                from printed in Print(call, outcome.Request, outcome.Done, call.Get(json))
                select printed) { StopsItself = true, LocksItself = true };
        command.Subcommands.Add(RanksExportCommand.Make());
        return command;
    }

    private static Either<FloeError, T> WithModel<T>(
        Invocation call, RunPlan plan, string device, Func<OpenedModel, Either<FloeError, T>> use)
    {
        using ModelHolder models = new(plan.Model, plan.Tokenizer, device, call.Terminal.Warn);
        return models.With(plan.Weights, use);
    }

    // With numbers of layers, the order of the table is what counts; without, its choice.
    private static Either<FloeError, Arr<int>> Layers(Invocation call, Setting<string?> layers, bool ordered, OpenedModel model) =>
        LayerList.Of(
            call.Get(layers), model.Decoder.Config.Layers, "--model", () =>
                model.Identity.Map(identity => new TableMetadata(Model: identity)))
            .Bind(chosen => ordered
                ? LayerTables.Read(call.Get(layers)!)
                    .Map(file => toArray(file.Rows.AsEnumerable().OrderBy(row => row.Rank).Select(row => row.Layer)))
                : chosen);

    private static Either<FloeError, LanguageExt.Option<Arr<double>>> Importance(string? layers) => layers is not null
        && File.Exists(layers)
        ? LayerTables.Read(layers).Map(file => Some(file.Rows.Map(row => row.Importance)))
        : Right<FloeError, LanguageExt.Option<Arr<double>>>(None);

    private static Either<FloeError, RankOutcome> Search(Invocation call, OpenedModel model, RunPlan plan, RankRequest request)
    {
        using ProgressLine progress = new(call.Terminal);
        return RankStage.Run(model, plan, request, call.Terminal.Warn, Tell, progress.Report, call.Terminal.Stop);

        void Tell(StudyAction action, int trial)
        {
            if (Said(request.Space, action) is { } line)
            {
                progress.Dispose();
                call.Terminal.Say(line);
            }
        }
    }

    private static string? Said(SearchSpace space, StudyAction action) => action switch
    {
        StudyAction.Begin a => $"{space.Text(a.Proposal.Point)}: {a.Proposal.Reason}",
        StudyAction.Repeat a =>
            $"{space.Text(a.Proposal.Point)}: {a.Proposal.Reason}; trained before as trial {a.Of.Number}, costs nothing",
        StudyAction.Complete a => string.Create(CultureInfo.InvariantCulture, $"trial {a.Trial.Number}: mean loss {a.Loss:F4}"),
        StudyAction.Prune a => string.Create(CultureInfo.InvariantCulture, $"trial {a.Trial.Number}: mean loss {a.Loss:F4}, stopped early"),
        StudyAction.Finished a => $"{a.Why}",
        _ => null,
    };

    private static Either<FloeError, LanguageExt.Unit> Print(Invocation call, RankRequest request, RankOutcome outcome, bool json) =>
        call.Terminal.Stop.IsCancellationRequested
            ? unit
            : StudyVerdict.Of(request.Space, outcome.Study, outcome.Rules.Steps).Map(verdict =>
            {
                ResultPage.Write(call.Terminal, Result(request, outcome, verdict), json);
                return unit;
            });

    private static JsonObject Result(RankRequest request, RankOutcome outcome, StudyVerdict verdict)
    {
        StudyTrial[] trials = [.. outcome.Study.Trials];
        SeedLoss[] losses = [.. trials.SelectMany(t => t.Losses.AsEnumerable())];
        double seconds = losses.Sum(l => l.Seconds);
        double saved = trials.Sum(t => t.Repeats.Map(number => trials[number].Losses.Sum(l => l.Seconds)).IfNone(0));
        JsonObject result = new()
        {
            ["answer"] = verdict.Sentence,
            ["best"] = Named(request.Space, verdict.Best.Point),
            ["smallest_within_noise"] = Named(request.Space, verdict.Answer.Point),
            ["noise"] = verdict.Noise.Map(n => (JsonNode?)JsonValue.Create(n)).IfNoneUnsafe((JsonNode?)null),
            ["page"] = Path.Combine(request.Folder, "study.html"),
            ["plan"] = Path.Combine(request.Folder, "plan.json"),
            ["store"] = request.Store,
            ["study"] = outcome.Study.Study.Name,
            ["proposals"] = trials.Length,
            ["repeats"] = trials.Count(t => t.Repeats.IsSome),
            ["trainings"] = trials.Sum(t => t.Losses.Map(l => l.Seed).Distinct().Count()),
            ["seconds"] = seconds,
            ["seconds_saved"] = saved,
            ["frozen_tokens_computed"] = outcome.Prefix.Computed,
            ["frozen_tokens_reused"] = outcome.Prefix.Reused,
            ["points"] = JsonOutput.Array(verdict.Points.AsEnumerable().Select(p => (JsonNode?)Row(request.Space, p))),
        };
        if (!outcome.Candidates.IsEmpty)
        {
            result["per_layer"] = JsonOutput.Array(outcome.Candidates.AsEnumerable().Select(c => (JsonNode?)Row(c)));
        }

        return result;
    }

    private static JsonObject Row(CandidateOutcome candidate) => new()
    {
        ["ranks"] = candidate.Name,
        ["parameters"] = candidate.Parameters,
        ["seeds"] = candidate.Summary.Seeds,
        ["mean_loss"] = JsonOutput.Number(candidate.Summary.Mean),
        ["deviation"] = candidate.Summary.Deviation.Map(JsonOutput.Number).IfNoneUnsafe((JsonNode?)null),
        ["within_noise"] = candidate.WithinNoise,
        ["by_layer"] = JsonOutput.Array(candidate.Plan.Layers.AsEnumerable().Select(l => (JsonNode?)JsonValue.Create(l.Rank))),
    };

    private static JsonObject Row(SearchSpace space, PointSummary point)
    {
        JsonObject row = Named(space, point.Point);
        row["seeds"] = point.Seeds;
        row["mean_loss"] = JsonOutput.Number(point.Mean);
        row["deviation"] = point.Deviation.Map(JsonOutput.Number).IfNoneUnsafe((JsonNode?)null);
        row["within_noise"] = point.WithinNoise;
        return row;
    }

    private static JsonObject Named(SearchSpace space, Point point)
    {
        JsonObject values = [];
        foreach ((string name, string text) in space.Values(point))
        {
            values[name] = int.Parse(text, CultureInfo.InvariantCulture);
        }

        return values;
    }
}
