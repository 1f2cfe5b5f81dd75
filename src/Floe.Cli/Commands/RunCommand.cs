using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Inspections;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using Floe.Effects.Identities;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Runs;
using Floe.Effects.Stages;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe run</c>: all stages of a plan; finished ones are skipped.</summary>
internal static class RunCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> plan = Inputs.Path("plan", "Plan file (YAML); see docs/formats.md.");
        Setting<string?> folder = Inputs.Text("--out", "FOLDER", "Run folder; runs/NAME without it.");
        Setting<bool> dry = Inputs.Switch("--dry-run", "Show what would run and why, and do nothing.");
        Setting<string> device = Common.Device();
        Setting<string?> weights = Inputs.Text(
            "--dtype", "WORD", $"Type of the frozen weights in place of the plan's dtype: {string.Join(", ", WeightTypes.Words)}.");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "run",
            "Runs a whole plan: adapt, collect, select, tune, adapt per policy, evaluate, compare, report.",
            "floe run plans/quickstart.yaml --dry-run",
            [plan, folder, dry, device, weights, json],
            call => PlanFile.Read(call.Get(plan)).Bind(read => Typed(read, call.Get(weights))).Bind(stored =>
            {
                string target = call.Get(folder) ?? Path.Combine("runs", stored.Plan.Name);
                return call.Get(dry)
                    ? DryRun(call.Terminal, stored.Plan, target, call.Get(json))
                    : Execute(call.Terminal, stored, target, call.Get(device), call.Get(json));
            })) { StopsItself = true, LocksItself = true };
    }

    private static Either<FloeError, StoredPlan> Typed(StoredPlan stored, string? word) =>
        word is null ? stored
        : WeightTypes.Words.Contains(word) ? stored with { Plan = stored.Plan with { Weights = WeightTypes.Of(word) } }
        : new FloeError.Usage("--dtype", string.Join(" or ", WeightTypes.Words), word, "Correct the word, or leave --dtype out.");

    /// <summary>Runs a plan and prints the comparison.</summary>
    public static Either<FloeError, Unit> Execute(Terminal terminal, StoredPlan stored, string folder, string device, bool json)
    {
        using ModelHolder models = new(stored.Plan.Model, stored.Plan.Tokenizer, device, terminal.Warn);
        using ProgressLine progress = new(terminal);
        RunListener listener = Listener(terminal, progress);
        return
            from readable in PlanData.Check(stored.Plan, terminal.Warn)
            from manifest in RunExecution.Execute(folder, Identity(stored), RunStages.Of(stored.Plan), models, listener, terminal.Stop)
            from printed in terminal.Stop.IsCancellationRequested ? unit : Print(terminal, folder, json)
            select printed;
    }

    /// <summary>Who a run of a stored plan is.</summary>
    public static RunIdentity Identity(StoredPlan stored) =>
        new(stored.Plan.Name, stored.Plan.Seed, StageHash.OfText(stored.Text), TableMetadata.Tool) { PlanText = stored.Text };

    /// <summary>Tells a terminal what a run does.</summary>
    public static RunListener Listener(Terminal terminal, ProgressLine progress) => new(
        action => Begin(terminal, action), progress.Report, record => End(terminal, progress, record), terminal.Warn);

    private static Either<FloeError, Unit> DryRun(Terminal terminal, RunPlan plan, string folder, bool json) =>
        RunExecution.DryRun(folder, RunStages.Of(plan), TableMetadata.Tool, terminal.Warn).Map(actions =>
        {
            ResultPage.Write(
                terminal,
                new JsonObject
                {
                    ["folder"] = folder,
                    ["stages"] = JsonOutput.Array(actions.AsEnumerable().Select(a => new JsonObject
                    {
                        ["stage"] = a.Stage.Name,
                        ["action"] = a.Runs ? "run" : "skip",
                        ["why"] = a.Reason.IfNone("finished"),
                        ["does"] = a.Stage.Explains,
                    })),
                },
                json);
            return unit;
        });

    private static void Begin(Terminal terminal, StageAction action) => terminal.Say(action.Reason.Match(
        Some: why => $"{action.Stage.Name}: {action.Stage.Explains} ({why})",
        None: () => $"{action.Stage.Name}: finished before, skipped"));

    private static void End(Terminal terminal, ProgressLine progress, StageRecord record)
    {
        progress.Dispose();
        terminal.Say(FormattableString.Invariant($"  took {record.Seconds:F1} s, memory at most {record.PeakBytes / 1048576.0:F0} MiB"));
    }

    private static Either<FloeError, Unit> Print(Terminal terminal, string folder, bool json) =>
        ComparisonFile.Read(Path.Combine(folder, RunFolder.Comparison)).Map(comparison =>
        {
            JsonObject result = ComparisonView.Of(comparison);
            result["report"] = Path.Combine(folder, RunFolder.Report);
            ResultPage.Write(terminal, result, json);
            return unit;
        });
}
