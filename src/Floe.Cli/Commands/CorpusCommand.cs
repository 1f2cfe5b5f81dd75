using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Pretraining.Corpora;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe corpus</c>: writes the generated text that the embedded model is pretrained on, and the tasks it is adapted
/// to.</summary>
internal static class CorpusCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Setting<int> documents = Inputs.Whole("--documents", "Documents to learn from.", 20000, 1, 10_000_000);
        Setting<int> heldOut = Inputs.Whole("--held-out", "Documents to be judged by.", 500, 1, 1_000_000);
        Setting<string?> tasks = Inputs.Text("--tasks", "FOLDER", "Write the target tasks there too.");
        Setting<int> samples = Inputs.Whole("--samples", "Samples of a task to learn from.", 1000, 1, 1_000_000);
        Setting<int> heldOutSamples = Inputs.Whole("--held-out-samples", "Samples of a task to be judged by.", 100, 1, 1_000_000);
        Setting<int> seed = Common.Seed();
        Setting<string> folder = Common.Out("corpus");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "corpus",
            "Writes generated text to pretrain on and, if asked, two tasks to adapt to.",
            "floe corpus --documents 20000 --held-out 500 --out corpus --tasks tasks",
            [documents, heldOut, tasks, samples, heldOutSamples, seed, folder, json],
            call =>
                from read in Unread.Without(call, tasks, samples, heldOutSamples)
                from corpus in CorpusFiles.Write(call.Get(folder), call.Get(seed), call.Get(documents), call.Get(heldOut))
                from target in Optional(call.Get(tasks)!).Match(
                    Some: path => CorpusFiles.WriteTasks(path, call.Get(seed), call.Get(samples), call.Get(heldOutSamples)),
                    None: () => Right<FloeError, Unit>(unit))
                select Print(call.Terminal, call.Get(folder), call.Get(tasks), call.Get(json)));
    }

    private static Unit Print(Terminal terminal, string folder, string? tasks, bool json)
    {
        JsonObject result = new() { ["corpus"] = folder };
        if (tasks is not null)
        {
            result["tasks"] = tasks;
        }

        ResultPage.Write(terminal, result, json);
        return unit;
    }
}
