using Floe.Domain;
using Floe.Effects.Identities;
using Floe.Effects.Models;
using LanguageExt;

namespace Floe.Effects.Stages;

/// <summary>One stage of a run: a function from files to files. What it is said to read, write and depend on decides whether it has to run
/// again.</summary>
public sealed record Stage
{
    internal Stage(
        string name,
        string explains,
        Arr<StageInput> inputs,
        Arr<string> outputs,
        Fingerprint options,
        Func<StageContext, Either<FloeError, StageOutcome>> body) =>
        (Name, Explains, Inputs, Outputs, Options, Body) = (name, explains, inputs, outputs, options, body);

    /// <summary>Its name, unique in the run, such as <c>collect</c>.</summary>
    public string Name { get; }

    /// <summary>One line that tells a newcomer what it does and why.</summary>
    public string Explains { get; }

    /// <summary>Files or folders it writes, as paths inside the run folder.</summary>
    public Arr<string> Outputs { get; init; }

    /// <summary>Everything it reads.</summary>
    internal Arr<StageInput> Inputs { get; init; }

    /// <summary>Everything else that its outputs depend on, by value.</summary>
    internal Fingerprint Options { get; }

    /// <summary>Writes the outputs. May find what an interrupted attempt left and go on from there.</summary>
    internal Func<StageContext, Either<FloeError, StageOutcome>> Body { get; }
}

/// <summary>What a stage's body may use.</summary>
/// <param name="Folder">The run folder.</param>
/// <param name="Models">The base model, which alone stays in memory from stage to stage.</param>
/// <param name="Report">Takes progress.</param>
/// <param name="Warn">Takes one line a person should see.</param>
/// <param name="Stop">Cancelled when the process is asked to end: save and return.</param>
internal sealed record StageContext(
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
internal readonly record struct StageOutcome(long Tokens)
{
    /// <summary>The outcome of a stage that processes no tokens.</summary>
    internal static StageOutcome Written(Unit _) => default;
}
