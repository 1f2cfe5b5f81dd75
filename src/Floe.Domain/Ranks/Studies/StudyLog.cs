using System.Collections.Immutable;
using LanguageExt;

namespace Floe.Domain.Ranks.Studies;

/// <summary>A study as its events leave it.</summary>
/// <param name="Id">Its number in the store.</param>
/// <param name="Name">Its name, one of its own.</param>
/// <param name="Direction">What is good.</param>
/// <param name="Objectives">How many values a trial has.</param>
/// <param name="Told">What it was told, by audience and key, as JSON values.</param>
internal sealed record StudyRecord(
    int Id, string Name, Direction Direction, int Objectives, ImmutableSortedDictionary<(Audience For, string Key), string> Told);

/// <summary>A trial as its events leave it.</summary>
/// <param name="Id">Its number in the store.</param>
/// <param name="Study">Its study's number.</param>
/// <param name="Number">Its number in the study, from 0.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Value">Its value, where it has one.</param>
/// <param name="Start">When it began, as the store spells it.</param>
/// <param name="End">When it ended.</param>
/// <param name="Parameters">By name.</param>
/// <param name="Told">What it was told, by audience and key, as JSON values.</param>
/// <param name="Intermediate">Values on the way, by step.</param>
internal sealed record TrialRecord(
    int Id,
    int Study,
    int Number,
    TrialState State,
    Option<double> Value,
    Option<string> Start,
    Option<string> End,
    ImmutableSortedDictionary<string, Parameter> Parameters,
    ImmutableSortedDictionary<(Audience For, string Key), string> Told,
    ImmutableSortedDictionary<int, double> Intermediate)
{
    /// <summary>Whether nothing can change it any more.</summary>
    public bool IsFinished => State is TrialState.Complete or TrialState.Pruned or TrialState.Failed;
}

/// <summary>
/// All studies of a store, as a fold over its events: state × event → state. Every event has a next state, and one that comes too late (a
/// finished trial, a study that is gone, a name that is taken) changes nothing, as in Optuna; so two stores of the same events say the
/// same.
/// </summary>
internal sealed record StudyLog
{
    private StudyLog()
    {
    }

    /// <summary>No events yet.</summary>
    public static StudyLog Empty { get; } = new();

    /// <summary>How many events there were.</summary>
    public int Events { get; private init; }

    /// <summary>The studies that are there, by number.</summary>
    public ImmutableSortedDictionary<int, StudyRecord> Studies { get; private init; } = ImmutableSortedDictionary<int, StudyRecord>.Empty;

    /// <summary>All trials, by number; those of removed studies too.</summary>
    public ImmutableList<TrialRecord> Trials { get; private init; } = ImmutableList<TrialRecord>.Empty;

    private int NextStudy { get; init; }

    private ImmutableDictionary<int, int> Counts { get; init; } = ImmutableDictionary<int, int>.Empty;

    /// <summary>The state after some events.</summary>
    /// <param name="events">In order.</param>
    public static StudyLog Of(IEnumerable<StudyEvent> events) => events.Aggregate(Empty, (log, one) => log.After(one));

    /// <summary>The state after one more event.</summary>
    /// <param name="happened">The event.</param>
    public StudyLog After(StudyEvent happened) => (happened switch
    {
        StudyEvent.StudyCreated e => Created(e),
        StudyEvent.StudyDeleted e => this with { Studies = Studies.Remove(e.Study) },
        StudyEvent.StudyTold e => Studies.TryGetValue(e.Study, out StudyRecord? study)
            ? this with { Studies = Studies.SetItem(e.Study, study with { Told = study.Told.SetItem((e.For, e.Key), e.Json) }) }
            : this,
        StudyEvent.TrialCreated e => Studies.ContainsKey(e.Study) ? Created(e) : this,
        StudyEvent.ParameterSet e =>
            Changed(e.Trial, trial => trial with { Parameters = trial.Parameters.SetItem(e.Parameter.Name, e.Parameter) }),
        StudyEvent.TrialEntered e => Changed(e.Trial, trial => Entered(trial, e)),
        StudyEvent.TrialReported e => Changed(e.Trial, trial => trial with { Intermediate = trial.Intermediate.SetItem(e.Step, e.Value) }),
        StudyEvent.TrialTold e => Changed(e.Trial, trial => trial with { Told = trial.Told.SetItem((e.For, e.Key), e.Json) }),
        StudyEvent.Unknown => this,
        _ => throw new System.Diagnostics.UnreachableException(),
    }) with { Events = Events + 1 };

    /// <summary>The study of a name.</summary>
    /// <param name="name">The name.</param>
    public Option<StudyRecord> Find(string name) =>
        Studies.Values.Where(study => study.Name == name).Select(Option<StudyRecord>.Some).FirstOrDefault();

    /// <summary>The trials of a study, by number.</summary>
    /// <param name="study">The study's number.</param>
    public IEnumerable<TrialRecord> Of(int study) => Trials.Where(trial => trial.Study == study);

    private StudyLog Created(StudyEvent.StudyCreated e) => Find(e.Name).IsSome
        ? this
        : this with
        {
            Studies = Studies.Add(
                NextStudy, new StudyRecord(
                    NextStudy, e.Name, e.Direction, e.Objectives, ImmutableSortedDictionary<(Audience, string), string>.Empty)),
            NextStudy = NextStudy + 1,
        };

    private StudyLog Created(StudyEvent.TrialCreated e)
    {
        int number = Counts.GetValueOrDefault(e.Study);
        return this with
        {
            Counts = Counts.SetItem(e.Study, number + 1),
            Trials = Trials.Add(new TrialRecord(
                Trials.Count,
                e.Study,
                number,
                e.State,
                e.Value,
                e.Start,
                e.End,
                e.Parameters.AsEnumerable().ToImmutableSortedDictionary(p => p.Name, p => p, StringComparer.Ordinal),
                e.Told.AsEnumerable().ToImmutableSortedDictionary(t => (t.For, t.Key), t => t.Json),
                e.Intermediate.AsEnumerable().ToImmutableSortedDictionary(v => v.Step, v => v.Value))),
        };
    }

    private StudyLog Changed(int trial, Func<TrialRecord, TrialRecord> change) => trial >= 0
        && trial < Trials.Count
        && !Trials[trial].IsFinished
        ? this with { Trials = Trials.SetItem(trial, change(Trials[trial])) }
        : this;

    // A trial that is running is not begun a second time.
    private static TrialRecord Entered(TrialRecord trial, StudyEvent.TrialEntered e)
    {
        bool again = e.State == TrialState.Running && trial.State == TrialState.Running;
        TrialRecord next = trial with { State = e.State, Value = e.Value.IsSome ? e.Value : trial.Value };
        return again ? trial
            : e.State == TrialState.Running ? next with { Start = e.When }
            : next.IsFinished ? next with { End = e.When }
            : next;
    }
}
