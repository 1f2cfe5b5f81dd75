using System.Globalization;
using Floe.Domain;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Studies;

/// <summary>What came of a training.</summary>
/// <param name="Loss">Validation loss; None where it was asked to stop on the way, and goes on from its checkpoint next time.</param>
/// <param name="Seconds">Wall time.</param>
internal sealed record TrialOutcome(Option<double> Loss, double Seconds)
{
    /// <summary>What else the trial is told, as keys and JSON values.</summary>
    public IReadOnlyList<(string Key, string Json)> Told { get; init; } = [];

    /// <summary>Called when the result is in the store.</summary>
    public Func<Either<FloeError, Unit>> Recorded { get; init; } = () => unit;
}

/// <summary>Trains a point with a seed until a step; goes on where an earlier call was stopped.</summary>
/// <param name="point">The point.</param>
/// <param name="seed">The seed.</param>
/// <param name="until">Steps to have done.</param>
internal delegate Either<FloeError, TrialOutcome> TrainTrial(Point point, long seed, int until);

/// <summary>One worker of a study; any number of them work on one store.</summary>
/// <param name="Store">The store.</param>
/// <param name="Identity">Which study.</param>
/// <param name="Rules">How it goes on.</param>
/// <param name="Train">Trains.</param>
/// <param name="Tell">Is told each action and the number of its trial.</param>
internal sealed record StudyWorker(
    IStudyStore Store, StudyIdentity Identity, StudyRules Rules, TrainTrial Train, Action<StudyAction, int> Tell)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    /// <summary>Who this worker is, for the store.</summary>
    public string Id { get; init; } = string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid()}-{Environment.ProcessId}");

    /// <summary>Works until nothing is left or until asked to stop.</summary>
    /// <param name="stop">Cancelled to end after the running step.</param>
    /// <returns>The study as it then is.</returns>
    public Either<FloeError, RankStudy> Run(CancellationToken stop)
    {
        Dictionary<int, IDisposable> mine = [];
        try
        {
            return Store.Change(log => StudyOpening.Open(Store.Name, Id, log, Identity)).Bind(_ => Loop(mine, stop));
        }
        finally
        {
            Free(mine, None);
        }
    }

    private Either<FloeError, RankStudy> Loop(Dictionary<int, IDisposable> mine, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (Store.Change(log => Decide(log, mine))
                .Failed(out FloeError? error, out (StudyLog Log, (StudyAction Action, int Trial) Answer) decided))
            {
                return error;
            }

            (StudyAction action, int trial) = decided.Answer;
            Tell(action, trial);
            Free(mine, action is StudyAction.Begin or StudyAction.Train ? Some(trial) : None);
            if (action is StudyAction.Finished)
            {
                break;
            }

            if (action is StudyAction.Wait)
            {
                stop.WaitHandle.WaitOne(Poll);
            }

            if (action is StudyAction.Train train && Trained(train, stop).Failed(out FloeError? fault, out _))
            {
                return fault;
            }
        }

        return Store.Read().Map(log => Study(log));
    }

    private RankStudy Study(StudyLog log) => log.Find(Identity.Name).Match(
        Some: study => RankStudy.Of(log, study, Identity.Space),
        None: () => throw new System.Diagnostics.UnreachableException());

    // Under the store's lock: what the others do is known, and nobody decides the same.
    private Either<FloeError, (IReadOnlyList<StudyEvent> Events, (StudyAction Action, int Trial) Answer)> Decide(
        StudyLog log, Dictionary<int, IDisposable> mine)
    {
        RankStudy study = Study(log);
        return study.Trials.Filter(t => t.IsOurs && t.State == TrialState.Running && !mine.ContainsKey(t.Id)).AsEnumerable()
            .Each(t => Store.IsHeld(t.Id).Map(held => (t.Id, Held: held)))
            .Map(all => all.Where(one => one.Held).Select(one => one.Id).ToHashSet())
            .Bind(held =>
            {
                StudyAction action = StudyProgress.Next(Rules, study, held.Contains);
                int trial = Trial(action, log);
                return action is StudyAction.Begin or StudyAction.Train && !mine.ContainsKey(trial)
                    ? Store.Hold(trial).Map(hold => hold.Match(
                        Some: one =>
                        {
                            mine[trial] = one;
                            return (Events(action, study.Study.Id, trial), (action, trial));
                        },
                        None: () => ((IReadOnlyList<StudyEvent>)[], (new StudyAction.Wait(), trial))))
                    : Right<FloeError, (IReadOnlyList<StudyEvent>, (StudyAction, int))>(
                        (Events(action, study.Study.Id, trial), (action, trial)));
            });
    }

    private static int Trial(StudyAction action, StudyLog log) => action switch
    {
        StudyAction.Train a => a.Trial.Id,
        StudyAction.Complete a => a.Trial.Id,
        StudyAction.Prune a => a.Trial.Id,
        _ => log.Trials.Count,
    };

    private IReadOnlyList<StudyEvent> Events(StudyAction action, int study, int trial) => action switch
    {
        StudyAction.Begin a =>
        [
            new StudyEvent.TrialCreated(Id, study, Now, TrialState.Running),
            .. Parameters(a.Proposal.Point).Select(p => new StudyEvent.ParameterSet(Id, trial, p)),
            Told(trial, RankStudy.Worker, StudyJson.Text(Id)),
            Told(trial, RankStudy.Reason, StudyJson.Text(a.Proposal.Reason)),
        ],
        StudyAction.Repeat a =>
        [
            new StudyEvent.TrialCreated(Id, study, Now, a.Of.State)
            {
                End = Now,
                Value = a.Of.Value,
                Parameters = toArray(Parameters(a.Proposal.Point)),
                Told = Array(
                    (Audience.User, RankStudy.Worker, StudyJson.Text(Id)),
                    (Audience.User, RankStudy.Repeats, a.Of.Number.ToString(CultureInfo.InvariantCulture)),
                    (Audience.User, RankStudy.Reason, StudyJson.Text(a.Proposal.Reason))),
            },
        ],
        StudyAction.Train a => a.Trial.Worker.Exists(worker => worker == Id) ? [] : [Told(trial, RankStudy.Worker, StudyJson.Text(Id))],
        StudyAction.Complete a => [new StudyEvent.TrialEntered(Id, trial, TrialState.Complete, a.Loss, Now)],
        StudyAction.Prune a => [new StudyEvent.TrialEntered(Id, trial, TrialState.Pruned, a.Loss, Now)],
        _ => [],
    };

    private IEnumerable<Parameter> Parameters(Point point) =>
        from i in Enumerable.Range(0, point.Count)
        where point[i] != Point.Absent
        let dimension = Identity.Space.Dimensions[i]
        select new Parameter(dimension.Name, dimension.Stored(point[i]), StudyJson.Distribution(dimension));

    // What cannot be trained is a failed trial, so that the others go on; where nothing could be trained at all, that is the answer.
    private Either<FloeError, Unit> Trained(StudyAction.Train train, CancellationToken stop) =>
        Train(train.Point, train.Seed, train.Until).Match(
        Right: outcome => outcome.Loss.Match(
            Some: loss => Store.Change(log => Recorded(log, train, loss, outcome)).Bind(_ => outcome.Recorded()),
            None: () => unit),
        Left: error => error is FloeError.BadData && !stop.IsCancellationRequested
            ? Store.Change(log =>
            {
                bool some = Study(log).Trials.Exists(t => t.State == TrialState.Complete);
                return Right<FloeError, (IReadOnlyList<StudyEvent>, bool)>((
                    [
                        Told(train.Trial.Id, "floe:error", StudyJson.Text(error.Message)),
                        new StudyEvent.TrialEntered(Id, train.Trial.Id, TrialState.Failed, None, Now),
                    ],
                    some));
            }).Bind(done => done.Answer ? Right<FloeError, Unit>(unit) : error)
            : error);

    private Either<FloeError, (IReadOnlyList<StudyEvent> Events, Unit Answer)> Recorded(
        StudyLog log, StudyAction.Train train, double loss, TrialOutcome outcome)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"{train.Seed}:{train.Until}");
        double[] before =
        [
            .. Study(log).Trials.Filter(t => t.Id == train.Trial.Id).AsEnumerable()
                .SelectMany(
                    t =>
                        Rules.Seeds.AsEnumerable()
                            .Where(seed => seed != train.Seed)
                            .SelectMany(seed => t.LossOf(seed, train.Until).AsEnumerable())),
        ];
        return (new StudyEvent[]
        {
            Told(train.Trial.Id, RankStudy.Seconds + place, StudyJson.Number(outcome.Seconds)),
        }
            .Concat(outcome.Told.Select(told => Told(train.Trial.Id, told.Key, told.Json)))
            .Append(new StudyEvent.TrialReported(Id, train.Trial.Id, train.Until, before.Append(loss).Average()))
            .Append(Told(train.Trial.Id, RankStudy.Loss + place, StudyJson.Number(loss)))
            .ToArray(), unit);
    }

    private StudyEvent.TrialTold Told(int trial, string key, string json) => new(Id, trial, Audience.User, key, json);

    private static string Now => StudyJson.Time(DateTime.Now);

    private static void Free(Dictionary<int, IDisposable> mine, Option<int> but)
    {
        foreach (int trial in mine.Keys.Where(trial => but.Case is not int kept || kept != trial).ToArray())
        {
            mine[trial].Dispose();
            mine.Remove(trial);
        }
    }
}
