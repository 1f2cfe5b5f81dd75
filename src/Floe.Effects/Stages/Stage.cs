using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Stages;

/// <summary>Something a stage reads.</summary>
/// <param name="Label">How the manifest calls it: a path inside the run folder, or for a file from outside its role and name. Never a machine's path.</param>
/// <param name="Path">Where it lies: relative to the run folder, or for a file from outside as it is opened.</param>
/// <param name="External">Whether it comes from outside the run folder.</param>
public sealed record StageInput(string Label, string Path, bool External)
{
    /// <summary>An output of an earlier stage.</summary>
    /// <param name="path">Path inside the run folder, with <c>/</c>.</param>
    public static StageInput Made(string path) => new(path, path, false);

    /// <summary>A file or folder from outside.</summary>
    /// <param name="role">What it is for, such as <c>model</c>.</param>
    /// <param name="path">Where it lies.</param>
    public static StageInput Outside(string role, string path) =>
        new($"{role}: {System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path))}", path, true);
}

/// <summary>One stage of a run as data: a function from files to files.</summary>
/// <param name="Name">Its name, unique in the run, such as <c>collect</c>.</param>
/// <param name="Explains">One line that tells a newcomer what it does and why.</param>
/// <param name="Inputs">Everything it reads.</param>
/// <param name="Outputs">Files or folders it writes, as paths inside the run folder.</param>
/// <param name="Options">Everything else that its outputs depend on, as canonical text.</param>
public sealed record Stage(string Name, string Explains, Arr<StageInput> Inputs, Arr<string> Outputs, string Options);

/// <summary>What a stage's body may use.</summary>
/// <param name="Folder">The run folder.</param>
/// <param name="Report">Takes progress.</param>
/// <param name="Warn">Takes one line a person should see.</param>
/// <param name="Stop">Cancelled when the process is asked to end: save and return.</param>
public sealed record StageContext(string Folder, Action<StageProgress> Report, Action<string> Warn, CancellationToken Stop)
{
    /// <summary>A path inside the run folder.</summary>
    /// <param name="relative">With <c>/</c>.</param>
    public string At(string relative) => Path.Combine(Folder, relative);
}

/// <summary>What a stage's body answers.</summary>
/// <param name="Tokens">Tokens it processed; 0 for a stage without a model.</param>
public readonly record struct StageOutcome(long Tokens);

/// <summary>A stage with the function that does its work.</summary>
/// <param name="Stage">What it reads and writes.</param>
/// <param name="Body">Writes the outputs. May find what an interrupted attempt left and go on from there.</param>
public sealed record RunnableStage(Stage Stage, Func<StageContext, Either<FloeError, StageOutcome>> Body);
