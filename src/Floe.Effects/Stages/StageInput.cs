using Floe.Effects.Plans;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>Something a stage reads.</summary>
/// <param name="Label">How the manifest calls it: a path inside the run folder, or for a file from outside its role and name. Never a
/// machine's path.</param>
/// <param name="Path">Where it lies: relative to the run folder, or for a file from outside as it is opened.</param>
/// <param name="External">Whether it comes from outside the run folder.</param>
internal sealed record StageInput(string Label, string Path, bool External)
{
    /// <summary>An output of an earlier stage.</summary>
    /// <param name="path">Path inside the run folder, with <c>/</c>.</param>
    public static StageInput Made(string path) => new(path, path, false);

    /// <summary>A file or folder from outside.</summary>
    /// <param name="role">What it is for, such as <c>model</c>.</param>
    /// <param name="path">Where it lies.</param>
    public static StageInput Outside(string role, string path) =>
        new($"{role}: {System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path))}", path, true);

    /// <summary>A plan's model, and the tokenizer that takes the place of the model's own.</summary>
    /// <param name="plan">The plan.</param>
    internal static Arr<StageInput> Model(RunPlan plan) =>
        Array(Outside("model", plan.Model)) + plan.Tokenizer.Map(t => Outside("tokenizer", t)).ToArr();

    /// <summary>The files of a plan's parts. The same file may be read in two parts; it is one input.</summary>
    /// <param name="role">What they are for, such as <c>sample</c>.</param>
    /// <param name="parts">The parts.</param>
    internal static Arr<StageInput> Data(string role, Arr<DataPart> parts) => toArray(DataPart.Files(parts)
        .Select((path, i) => Outside(i == 0 ? role : $"{role} {i + 1}", path)));
}
