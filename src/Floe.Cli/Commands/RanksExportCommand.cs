using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Studies;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe ranks export</c>: the trials of a study as tables.</summary>
internal static class RanksExportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> store = Inputs.Path(
            "store", "The study: a file in Optuna's journal format, or postgresql://USER:PASSWORD@HOST/DATABASE.");
        Setting<string?> name = Inputs.Text("--name", "NAME", "The study, where the store holds several.");
        Setting<string> folder = Common.Out("trials");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "export",
            "Writes the trials and trainings of a study as Parquet and CSV.",
            "floe ranks export runs/ranks/study.jsonl --out runs/ranks",
            [store, name, folder, json],
            call =>
                from there in PostgresAddress.Is(call.Get(store)) || File.Exists(call.Get(store))
                    ? unit
                    : Left<FloeError, LanguageExt.Unit>(
                        new FloeError.Io(call.Get(store), "read the study", "no such file", "Check the path."))
                from opened in StudyStores.Open(call.Get(store))
                from written in Write(opened, Optional(call.Get(name)!), call.Get(folder))
                select Print(call, written, call.Get(json)));
    }

    private static Either<FloeError, (Arr<string> Paths, int Trials, int Trainings)> Write(
        IStudyStore store, LanguageExt.Option<string> name, string folder)
    {
        using IStudyStore opened = store;
        return StudyExport.Write(opened, name, folder);
    }

    private static LanguageExt.Unit Print(Invocation call, (Arr<string> Paths, int Trials, int Trainings) written, bool json)
    {
        ResultPage.Write(
            call.Terminal,
            new JsonObject
            {
                ["trials"] = written.Trials,
                ["trainings"] = written.Trainings,
                ["files"] = JsonOutput.Array(written.Paths.AsEnumerable().Select(path => (JsonNode?)JsonValue.Create(path))),
            },
            json);
        return unit;
    }
}
