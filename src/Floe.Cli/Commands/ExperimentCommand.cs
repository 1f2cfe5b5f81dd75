using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Experiments;
using Floe.Effects.Experiments;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;
using Command = System.CommandLine.Command;

namespace Floe.Cli.Commands;

/// <summary><c>floe experiment</c>: which policy's layers are better than chance, on a plan's data.</summary>
internal static class ExperimentCommand
{
    private static readonly (string Word, ExperimentView View)[] Views =
        [("steps", ExperimentView.Steps), ("parameters", ExperimentView.Parameters), ("time", ExperimentView.Time)];

    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        System.CommandLine.Argument<string> what = new("what") { Description = "What is compared: selection, the policies of a plan beside "
            + "random sets of layers." };
        System.CommandLine.Argument<string> plan = Inputs.Path(
            "plan", "Plan file (YAML): model, data, adapter, trainings and policies; see docs/formats.md.");
        Setting<string> numbers = List("--layers", "Numbers of layers, separated by commas.", "2,4,8");
        Setting<string> seeds = List("--seeds", "Seeds of the trainings, separated by commas.", "1,2,3");
        Setting<int> random = Inputs.Whole("--random", "Random sets of each number of layers.", 20, 1);
        Setting<string?> rates = Inputs.Text(
            "--rates", "LIST", "Learning rates, separated by commas: for each number of layers the best on the plan's probe, by three "
                + "random sets. The plan's own without it.");
        Setting<string> view = Inputs.Choice("--view", "What is held equal", "steps", [.. Views.Select(v => v.Word)]);
        Setting<string?> folder = Inputs.Text("--out", "FOLDER", "Folder for cells and tables; runs/NAME-experiment without it.");
        Setting<string> device = Common.Device();
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "experiment",
            "Trains the sets of layers that policies choose, and random ones, by several seeds, and says which policies beat chance. "
                + "Resumes where it was stopped.",
            "floe experiment selection plans/quickstart.yaml --layers 3 --seeds 1,2 --random 3 --out runs/experiment",
            [what, plan, numbers, seeds, random, rates, view, folder, device, json],
            call =>
                from known in call.Get(what) == "selection"
                    ? Right<FloeError, Unit>(unit)
                    : new FloeError.Usage("experiment", "selection", call.Get(what), "Write floe experiment selection PLAN.")
                from stored in PlanFile.Read(call.Get(plan))
                from sizes in Wholes("--layers", call.Get(numbers), 1)
                from drawn in Wholes("--seeds", call.Get(seeds), 0)
                from tried in call.Get(rates) is { } typed ? Reals("--rates", typed) : Array(stored.Plan.Training.Options.LearningRate)
                let request = new ExperimentRequest(
                    stored.Plan, sizes, drawn, call.Get(random), tried, Views.First(v => v.Word == call.Get(view)).View)
                let target = call.Get(folder) ?? Path.Combine("runs", $"{stored.Plan.Name}-experiment")
                from readable in PlanData.Check(stored.Plan, call.Terminal.Warn)
                from found in Execute(call, stored, request, target, call.Get(device))
                from printed in found.Match(
                    Some: evidence =>
                        EvidenceTables.Write(target, evidence, new TableMetadata(Seed: stored.Plan.Seed))
                            .Map(_ => Print(call, target, evidence, call.Get(json))),
                    None: () => Right<FloeError, Unit>(unit))
                select printed) { StopsItself = true, LocksItself = true };
    }

    private static Either<FloeError, Option<Arr<CellEvidence>>> Execute(
        Invocation call, StoredPlan stored, ExperimentRequest request, string folder, string device)
    {
        using ModelHolder models = new(stored.Plan.Model, stored.Plan.Tokenizer, device, call.Terminal.Warn);
        using ProgressLine progress = new(call.Terminal);
        return SelectionExperiment.Run(
            folder, RunCommand.Identity(stored), request, models, RunCommand.Listener(call.Terminal, progress), call.Terminal.Stop);
    }

    private static Unit Print(Invocation call, string folder, Arr<CellEvidence> evidence, bool json)
    {
        ResultPage.Write(
            call.Terminal,
            new JsonObject
            {
                ["trained"] = Path.Combine(folder, EvidenceTables.Trained),
                ["sets"] = JsonOutput.Array(evidence.AsEnumerable().Select(cell => new JsonObject
                {
                    ["n"] = cell.Number,
                    ["base"] = cell.Untrained,
                    ["all"] = cell.All,
                    ["random_best"] = cell.Random.AsEnumerable().Min(),
                    ["random_mean"] = cell.Random.AsEnumerable().Average(),
                    ["random_worst"] = cell.Random.AsEnumerable().Max(),
                })),
                ["policies"] = JsonOutput.Array(evidence.AsEnumerable().SelectMany(cell => cell.Policies.Map(row => new JsonObject
                {
                    ["n"] = cell.Number,
                    ["policy"] = row.Policy,
                    ["loss"] = row.Loss,
                    ["percentile"] = row.Percentile,
                    ["against_random"] = row.AgainstRandom.Mean,
                    ["low"] = row.AgainstRandom.Low,
                    ["high"] = row.AgainstRandom.High,
                    ["p_corrected"] = row.Corrected,
                    ["beats_random"] = row.Beats,
                    ["against_all"] = row.AgainstAll.Mean,
                    ["share_of_gain"] = row.ShareOfGain,
                    ["layers"] = string.Join(' ', row.Layers.AsEnumerable()),
                }))),
            },
            json);
        return unit;
    }

    private static Setting<string> List(string name, string description, string fallback) =>
        new(name) { Description = description, HelpName = "LIST", DefaultValueFactory = _ => fallback };

    private static Either<FloeError, Arr<int>> Wholes(string option, string typed, int least) => Parsed(
        option, typed, $"different whole numbers from {least}, separated by commas", part =>
            int.TryParse(part, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int n)
                && n >= least
                ? Some(n)
                : None);

    private static Either<FloeError, Arr<double>> Reals(string option, string typed) => Parsed(
        option, typed, "different numbers above 0 and at most 10, separated by commas", part =>
            double.TryParse(part, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double x)
                && x is > 0 and <= 10
                ? Some(x)
                : None);

    private static Either<FloeError, Arr<T>> Parsed<T>(string option, string typed, string expected, Func<string, Option<T>> parse)
    {
        Option<T>[] parts = [.. typed.Split(',', StringSplitOptions.TrimEntries).Select(parse)];
        T[] values = [.. parts.SelectMany(part => part.AsEnumerable())];
        return values.Length == parts.Length && values.Distinct().Count() == values.Length
            ? toArray(values)
            : new FloeError.Usage(option, expected, typed, "Change the list.");
    }
}
