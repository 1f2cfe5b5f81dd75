using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Plans;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe quickstart</c>: the whole method on the embedded model, explained while it runs.</summary>
internal static class QuickstartCommand
{
    private static readonly string PlanFileName = Path.Combine("plans", "quickstart.yaml");

    /// <summary>Builds the command.</summary>
    public static System.CommandLine.Command Make()
    {
        Setting<string?> plan = Inputs.Text("--plan", "FILE", "Another plan than plans/quickstart.yaml of this repository.");
        Setting<string?> folder = Inputs.Text("--out", "FOLDER", "Run folder; runs/NAME without it.");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "quickstart",
            "Shows FLoE on a small model that comes with Floe: finds its few important layers, adapts them and compares. Takes minutes.",
            "floe quickstart",
            [plan, folder, json],
            call =>
                from path in Optional(call.Get(plan)!).Match(Some: Right<FloeError, string>, None: FindPlan)
                from stored in PlanFile.Read(path)
                let target = call.Get(folder) ?? Path.Combine("runs", stored.Plan.Name)
                let told = Introduce(call.Terminal, stored.Plan, path, target)
                from done in RunCommand.Execute(call.Terminal, stored, target, "cpu", call.Get(json))
                select Conclude(call.Terminal, target))
        {
            StopsItself = true,
            LocksItself = true,
        };
    }

    // The tool lies somewhere inside the repository, whatever folder it is called from.
    private static Either<FloeError, string> FindPlan()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string plan = Path.Combine(at.FullName, PlanFileName);
            if (File.Exists(plan))
            {
                return plan;
            }
        }

        return new FloeError.Usage(
            "--plan", $"{PlanFileName} above {AppContext.BaseDirectory}", "none", "Name a plan, or use a clone of the repository.");
    }

    private static Unit Introduce(Terminal terminal, RunPlan plan, string path, string folder)
    {
        terminal.Say($"Base model {plan.Model}; task "
            + $"{string.Join(", ", plan.Train.Select(part => Path.GetFileName(part.Path)).Distinct())}; plan {path}.");
        terminal.Say($"Each stage says what it does. Finished stages are kept in {folder}: stop when you like, the next call goes on.");
        return unit;
    }

    private static Unit Conclude(Terminal terminal, string folder)
    {
        if (!terminal.Stop.IsCancellationRequested)
        {
            terminal.Say($"Open {Path.GetFullPath(Path.Combine(folder, Floe.Effects.Results.RunFolder.Report))} in a browser.");
        }

        return unit;
    }
}
