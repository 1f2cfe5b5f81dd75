using Floe.Domain;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using LanguageExt;

namespace Floe.Effects.Stages;

/// <summary>One stage of a run: a function from files to files. What it is said to read, write and depend on decides whether it has to run
/// again.</summary>
/// <param name="Name">Its name, unique in the run, such as <c>collect</c>.</param>
/// <param name="Explains">One line that tells a newcomer what it does and why.</param>
/// <param name="Inputs">Everything it reads.</param>
/// <param name="Outputs">Files or folders it writes, as paths inside the run folder.</param>
/// <param name="Options">Everything else that its outputs depend on, by value.</param>
/// <param name="Body">Writes the outputs. May find what an interrupted attempt left and go on from there.</param>
public sealed record Stage(
    string Name,
    string Explains,
    Arr<StageInput> Inputs,
    Arr<string> Outputs,
    Fingerprint Options,
    Func<StageContext, Either<FloeError, StageOutcome>> Body);

/// <summary>What a stage's body may use.</summary>
/// <param name="Folder">The run folder.</param>
/// <param name="Models">The base model, which alone stays in memory from stage to stage.</param>
/// <param name="Report">Takes progress.</param>
/// <param name="Warn">Takes one line a person should see.</param>
/// <param name="Stop">Cancelled when the process is asked to end: save and return.</param>
public sealed record StageContext(
    string Folder, ModelHolder Models, Action<StageProgress> Report, Action<string> Warn, CancellationToken Stop)
{
    /// <summary>A path inside the run folder.</summary>
    /// <param name="relative">With <c>/</c>.</param>
    public string At(string relative) => Path.Combine(Folder, relative);

    /// <summary>Progress under the name of a stage.</summary>
    /// <param name="task">The name.</param>
    internal Action<StageProgress> Named(string task) => progress => Report(progress with { Task = task });
}

/// <summary>What a stage's body answers.</summary>
/// <param name="Tokens">Tokens it processed; 0 for a stage without a model.</param>
public readonly record struct StageOutcome(long Tokens)
{
    /// <summary>The outcome of a stage that processes no tokens.</summary>
    internal static StageOutcome Written(Unit _) => default;
}
