using Floe.Domain;
using Floe.Effects.Results;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using Floe.Effects.Runs;
using Floe.Effects.Stages;
using Floe.Tests.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Runs;

/// <summary>Three stages that copy text: words (outside) → upper → twice → joined, where joined also reads upper.</summary>
internal sealed class FakeRun : IDisposable
{
    public const string Tool = "floe 1";
    private readonly Scratch scratch = new();

    public FakeRun() => File.WriteAllText(Outside, "a b");

    public string Folder => scratch.At("run");

    public string Outside => scratch.At("words.txt");

    public List<string> Ran { get; } = [];

    public string TwiceOptions { get; set; } = "times=2";

    /// <summary>What the stage <c>twice</c> does instead of its work.</summary>
    public Func<StageContext, Either<FloeError, StageOutcome>>? Instead { get; set; }

    public Arr<Stage> Stages => Array(
        Make("upper", "", Array(StageInput.Outside("words", Outside)), "upper.txt", c => File.ReadAllText(Outside).ToUpperInvariant()),
        Make("twice", TwiceOptions, Array(StageInput.Made("upper.txt")), "twice/text.txt", c =>
            Text(c, "upper.txt") + Text(c, "upper.txt")),
        Make("joined", "", Array(StageInput.Made("upper.txt"), StageInput.Made("twice/text.txt")), "joined.txt", c =>
            Text(c, "upper.txt") + Text(c, "twice/text.txt")));

    public Either<FloeError, RunManifest> Execute(Action<string>? warn = null, string tool = Tool, CancellationToken stop = default)
    {
        Ran.Clear();
        using ModelHolder models = new(Outside, None, "cpu", _ => { });
        return RunExecution.Execute(
            Folder, new RunIdentity("fake", 7, "plan", tool), Stages, models, RunListener.Silent with { Warn = warn ?? (_ => { }) }, stop);
    }

    /// <summary>The names of the stages that a dry run says would run, with their reasons.</summary>
    public (string Name, string Reason)[] Dry() => RunExecution
        .DryRun(Folder, Stages, Tool, _ => { })
        .Match(Right: actions =>
            actions.Where(a => a.Runs).Select(a => (a.Stage.Name, a.Reason.IfNone(""))).ToArray(), Left: e =>
                throw new InvalidOperationException(e.Message));

    public void Dispose() => scratch.Dispose();

    private static string Text(StageContext context, string path) => File.ReadAllText(context.At(path));

    private Stage Make(string name, string options, Arr<StageInput> inputs, string output, Func<StageContext, string> work) =>
        new(name, $"makes {output}", inputs, Array(output), Fingerprint.Of(("options", options)), context =>
        {
            Ran.Add(name);
            if (name == "twice" && Instead is not null)
            {
                return Instead(context);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(context.At(output))!);
            File.WriteAllText(context.At(output), work(context));
            return new StageOutcome(5);
        });
}
