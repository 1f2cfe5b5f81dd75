using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Identities;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Studies;

/// <summary>Which study of a store is meant.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Named">Whether the name was asked for; else it is that of the plan.</param>
/// <param name="Facts">Everything that decides a loss, but the point and the seed.</param>
/// <param name="Space">What is searched.</param>
internal sealed record StudyIdentity(string Name, bool Named, Fingerprint Facts, SearchSpace Space);

/// <summary>Finds the study of a plan in a store, or begins it there.</summary>
internal static class StudyOpening
{
    private const string Facts = "floe:facts";
    private const string Remedy = "Give another --store, or another --name in this one.";

    /// <summary>The events that open a study, and the study after them. Errors: a study of that name that is not this one's, a store of
    /// other studies.</summary>
    /// <param name="store">The store, for messages.</param>
    /// <param name="worker">Who opens it.</param>
    /// <param name="log">What is there.</param>
    /// <param name="identity">Which study is meant.</param>
    public static Either<FloeError, (IReadOnlyList<StudyEvent> Events, Unit Answer)> Open(
        string store, string worker, StudyLog log, StudyIdentity identity) =>
        log.Find(identity.Name).Match(
            Some: study => Same(store, worker, log, identity, study),
            None: () => !identity.Named && log.Studies.Count > 0
                ? new FloeError.BadData(
                    store, $"the study {identity.Name}", $"{string.Join(", ", log.Studies.Values.Select(s => s.Name))}, of another plan",
                        "Give another --store, or a --name to begin a study beside it.")
                : Begun(worker, log, identity));

    private static Either<FloeError, (IReadOnlyList<StudyEvent> Events, Unit Answer)> Begun(
        string worker, StudyLog log, StudyIdentity identity)
    {
        StudyEvent created = new StudyEvent.StudyCreated(worker, identity.Name, Direction.Minimize);
        int id = log.After(created).Find(identity.Name).Map(study => study.Id).IfNone(0);
        return (new[] { created, new StudyEvent.StudyTold(worker, id, Audience.User, Facts, Written(identity.Facts)) }, unit);
    }

    private static Either<FloeError, (IReadOnlyList<StudyEvent> Events, Unit Answer)> Same(
        string store, string worker, StudyLog log, StudyIdentity identity, StudyRecord study)
    {
        if (study.Direction != Direction.Minimize || study.Objectives != 1)
        {
            return Other(
                store, study, "a study that minimizes one value", study.Objectives == 1
                    ? "one that maximizes"
                    : $"one of {study.Objectives} values");
        }

        string[] misfits =
        [
            .. (from trial in log.Of(study.Id)
                from dimension in identity.Space.Dimensions.AsEnumerable()
                where trial.Parameters.ContainsKey(dimension.Name)
                from misfit in StudyJson.Misfit(dimension, trial.Parameters[dimension.Name].Distribution).AsEnumerable()
                select $"{dimension.Name} as {misfit}").Distinct(),
        ];
        string[] names = [.. log.Of(study.Id).SelectMany(trial => trial.Parameters.Keys).Distinct()];
        if (misfits.Length > 0 || (names.Length > 0 && !names.Contains(identity.Space.Dimensions[0].Name)))
        {
            return Other(
                store, study, $"a study of {string.Join(", ", identity.Space.Dimensions.Map(d => d.Name).AsEnumerable())}",
                    misfits.Length > 0
                    ? string.Join(", ", misfits)
                    : string.Join(", ", names));
        }

        return study.Told.TryGetValue((Audience.User, Facts), out string? stored)
            ? Read(stored) is { } there && there.Sha256 == identity.Facts.Sha256
                ? (System.Array.Empty<StudyEvent>(), unit)
                : Other(store, study, "the study of this plan", Read(stored) is { } known
                    ? $"another's: {identity.Facts.Differences(known)}"
                    : "another's")
            : (new StudyEvent[] { new StudyEvent.StudyTold(worker, study.Id, Audience.User, Facts, Written(identity.Facts)) }, unit);
    }

    private static FloeError.BadData Other(string store, StudyRecord study, string expected, string found) =>
        new($"{store}, study {study.Name}", expected, found, Remedy);

    private static string Written(Fingerprint facts) =>
        $"{{{string.Join(',', facts.Facts.AsEnumerable().Select(f => $"{StudyJson.Text(f.Name)}:{StudyJson.Text(f.Value)}"))}}}";

    private static Fingerprint? Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind != JsonValueKind.Object
            ? null
            : new Fingerprint(toArray(StudyJson.Items(document.RootElement).Select(p => new Fact(p.Name, p.Value.ToString()))));
    }
}
