using Floe.Domain;
using Floe.Effects.Stages;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs;

/// <summary>Checks that stages fit together.</summary>
internal static class StageGraph
{
    /// <summary>Each name and output is there once, and every made input is the output of an earlier stage.</summary>
    /// <param name="stages">The stages in the order they would run.</param>
    /// <returns>Unit, or <see cref="FloeError.Usage"/> naming the stage.</returns>
    public static Either<FloeError, Unit> Check(Arr<Stage> stages)
    {
        System.Collections.Generic.HashSet<string> names = new(StringComparer.Ordinal);
        System.Collections.Generic.HashSet<string> made = new(StringComparer.Ordinal);
        foreach (Stage stage in stages)
        {
            if (!names.Add(stage.Name))
            {
                return Misfit(stage, "a name of its own", "a second stage of that name");
            }

            foreach (StageInput orphan in stage.Inputs.Where(i => !i.External && !made.Contains(i.Path)))
            {
                return Misfit(stage, "inputs that an earlier stage writes", orphan.Path);
            }

            foreach (string twice in stage.Outputs.Where(o => !made.Add(o)))
            {
                return Misfit(stage, "outputs that no other stage writes", twice);
            }
        }

        return unit;
    }

    private static FloeError.Usage Misfit(Stage stage, string expected, string found) =>
        new FloeError.Usage($"stage {stage.Name}", expected, found, "Give each stage its own name and files, in the order of their use.");
}
