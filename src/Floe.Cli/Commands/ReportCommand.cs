using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Effects.Runs;
using Floe.Effects.Runs.Work;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe report</c>: the page of a run.</summary>
internal static class ReportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> run = Inputs.Path("run", "Run folder, in whatever state.");
        Setting<string?> target = Inputs.Text("--out", "FILE", "The page; report.html in the run folder without it.");
        Setting<bool> json = Common.Json();
        return new FloeCommand("report", "Writes one self-contained HTML page about a run.", "floe report runs/smollm2", [run, target, json], call =>
        {
            string page = call.Get(target) ?? Path.Combine(call.Get(run), RunFolder.Report);
            return RunReports.Write(call.Get(run), page).Map(_ =>
            {
                ResultPage.Write(call.Terminal, new JsonObject { ["report"] = page }, call.Get(json));
                return unit;
            });
        });
    }
}
