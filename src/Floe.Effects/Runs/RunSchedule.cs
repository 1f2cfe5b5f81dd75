using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Identities;
using Floe.Effects.Results;
using Floe.Effects.Stages;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs;

/// <summary>What is done about a stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Reason">Why it runs; none where it is finished and skipped.</param>
public sealed record StageAction(Stage Stage, Option<string> Reason)
{
    /// <summary>Whether the stage runs.</summary>
    public bool Runs => Reason.IsSome;
}

/// <summary>Which stages of a run still have to run, decided before any does, so that a dry run prints exactly what a run does.</summary>
internal static class RunSchedule
{
    /// <summary>
    /// A stage is skipped when its record has the same tool, options and input hashes and its outputs still have the recorded hashes. A
    /// stage that reads what a running stage writes runs too.
    /// </summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="stages">The stages, each after those it reads from.</param>
    /// <param name="known">The stored manifest, if there is one.</param>
    /// <param name="tool">Name and version of this program.</param>
    /// <returns>One action a stage in order; <see cref="FloeError.Io"/> for an external input that is missing, all of them at
    /// once.</returns>
    public static Either<FloeError, Arr<StageAction>> Decide(string folder, Arr<Stage> stages, Option<RunManifest> known, string tool)
    {
        Dictionary<string, Either<FloeError, Option<string>>> hashes = new(StringComparer.Ordinal);
        Either<FloeError, Option<string>> Hash(string path) =>
            hashes.TryGetValue(path, out Either<FloeError, Option<string>> found) ? found : hashes[path] = StageHash.OfPath(path);

        return CheckOutside(stages, Hash).Bind(_ =>
        {
            System.Collections.Generic.HashSet<string> renewed = new(StringComparer.Ordinal);
            List<StageAction> actions = [];
            foreach (Stage stage in stages)
            {
                Either<FloeError, Option<string>> reason = Reason(folder, stage, known.Bind(m => m.Find(stage.Name)), tool, renewed, Hash);
                if (reason.IsLeft)
                {
                    return reason.Map(_ => Arr<StageAction>.Empty);
                }

                StageAction action = new(stage, reason.IfLeft(None));
                if (action.Runs)
                {
                    renewed.UnionWith(stage.Outputs);
                }

                actions.Add(action);
            }

            return Right<FloeError, Arr<StageAction>>(toArray(actions));
        });
    }

    private static Either<FloeError, Unit> CheckOutside(Arr<Stage> stages, Func<string, Either<FloeError, Option<string>>> hash)
    {
        List<FloeError> missing = [];
        foreach (StageInput input in stages.Bind(s => s.Inputs).Where(i => i.External).DistinctBy(i => i.Path))
        {
            missing.AddRange(hash(input.Path).Match(
                Right: found => found.IsSome
                    ? Unfinished.Check(input.Path, "floe run", []).Match(Right: _ => Seq<FloeError>(), Left: error => Seq1(error))
                    : Seq1<FloeError>(
                        new FloeError.Io(input.Path, $"read the {input.Label}", "no such file or folder", "Check the path in the plan.")),
                Left: error => Seq1(error)));
        }

        return missing.Count switch
        {
            0 => unit,
            1 => missing[0],
            _ => new FloeError.Several(missing[0], missing[1..]),
        };
    }

    private static Either<FloeError, Option<string>> Reason(
        string folder,
        Stage stage,
        Option<StageRecord> known,
        string tool,
        System.Collections.Generic.HashSet<string> renewed,
        Func<string, Either<FloeError, Option<string>>> hash)
    {
        if (stage.Inputs.Find(i => !i.External && renewed.Contains(i.Path)) is { IsSome: true } upstream)
        {
            return upstream.Map(i => $"{i.Label} is made anew");
        }

        return known.Match(
            None: () => Some("not done yet"),
            Some: record => ReasonOfRecord(folder, stage, record, tool, hash));
    }

    private static Either<FloeError, Option<string>> ReasonOfRecord(
        string folder, Stage stage, StageRecord record, string tool, Func<string, Either<FloeError, Option<string>>> hash)
    {
        if (record.Tool != tool)
        {
            return Some($"was done by {record.Tool}");
        }

        if (record.Options != stage.Options.Sha256)
        {
            return Some("its options changed");
        }

        return
            from inputs in Differs(
                stage.Inputs.Map(i => (i.Label, i.External ? i.Path : Path.Combine(folder, i.Path))), record.Inputs, hash)
            from outputs in Differs(stage.Outputs.Map(o => (o, Path.Combine(folder, o))), record.Outputs, hash)
            select inputs.Map(label => $"{label} changed") || outputs.Map(label => $"{label} is missing or was changed");
    }

    // The first of the files whose content is not what was recorded.
    private static Either<FloeError, Option<string>> Differs(
        Arr<(string Label, string Path)> files, Map<string, string> recorded, Func<string, Either<FloeError, Option<string>>> hash) =>
        files.Fold(Right<FloeError, Option<string>>(None), (answer, file) => answer.Bind(already => already.IsSome
            ? answer
            : hash(file.Path).Map(now => now.IsSome && now == recorded.Find(file.Label) ? None : Some(file.Label))));
}
