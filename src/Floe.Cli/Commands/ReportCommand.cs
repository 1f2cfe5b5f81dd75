using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Effects.Reporting;
using Floe.Effects.Results;
using LanguageExt;
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
        Setting<string?> pictures = Inputs.Text(
            "--pictures", "FOLDER", "Also writes the charts as SVG files, in light and in dark colours.");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "report", "Writes one self-contained HTML page about a run.", "floe report runs/quickstart", [run, target, pictures, json],
                call =>
        {
            string page = call.Get(target) ?? Path.Combine(call.Get(run), RunFolder.Report);
            return
                from written in RunReports.Write(call.Get(run), page)
                from drawn in Optional(call.Get(pictures)).Match(
                    Some: folder => RunReports.WritePictures(call.Get(run), folder!), None: () => Arr<string>.Empty)
                select Print(call, page, drawn, call.Get(json));
        });
    }

    private static Unit Print(Invocation call, string page, Arr<string> pictures, bool json)
    {
        JsonObject result = new() { ["report"] = page };
        if (!pictures.IsEmpty)
        {
            result["pictures"] = new JsonArray([.. pictures.Select(path => (JsonNode)path)]);
        }

        ResultPage.Write(call.Terminal, result, json);
        return unit;
    }
}
