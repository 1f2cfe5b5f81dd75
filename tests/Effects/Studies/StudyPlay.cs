using System.Collections.Concurrent;
using Floe.Domain;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Identities;
using Floe.Effects.Studies;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Studies;

/// <summary>Workers on a store whose trainings are a table.</summary>
internal static class StudyPlay
{
    public static readonly SearchSpace Space = SearchSpace.Of(Errors.Value(RankRange.Create(2, 7)));

    public static StudyRules Rules { get; } = new(Space, Errors.Value(RankSampler.Parse("grid")), 6, Array(1L, 2L), Array(4, 8), None, 7);

    public static StudyIdentity Identity(string fact = "a", string name = "s", bool named = false) =>
        new(name, named, Fingerprint.Of(("fact", fact)), Space);

    public static StudyWorker Worker(IStudyStore store, TrainTrial train, Action<StudyAction, int>? tell = null) =>
        new(store, Identity(), Rules, train, tell ?? ((_, _) => { }));

    public static Either<FloeError, TrialOutcome> Table(Point point, long seed, int until) =>
        new TrialOutcome(Some(point[0] + (seed / 8.0) + (8.0 / until)), 0.25);

    public static void TwoWorkersTrainEveryRankOnce(Func<IStudyStore> open)
    {
        ConcurrentBag<(string, long, int)> trained = [];
        ConcurrentDictionary<string, int> running = new();
        int together = 0;
        Thread[] workers =
        [
            .. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
            {
                using IStudyStore store = open();
                Errors.Value(Worker(store, (point, seed, until) =>
                {
                    Interlocked.CompareExchange(ref together, 1, running.AddOrUpdate($"{point}", 1, (_, n) => n + 1) > 1 ? 0 : 2);
                    trained.Add(($"{point}", seed, until));
                    Thread.Sleep(20);
                    running.AddOrUpdate($"{point}", 0, (_, n) => n - 1);
                    return Table(point, seed, until);
                }).Run(CancellationToken.None));
            })),
        ];
        System.Array.ForEach(workers, w => w.Start());
        System.Array.ForEach(workers, w => w.Join());
        using IStudyStore after = open();
        StudyLog log = Errors.Value(after.Read());
        Assert.Equal(0, together);
        Assert.Equal(6 * 2 * 2, trained.Count);
        Assert.Equal(trained.Count, trained.Distinct().Count());
        Assert.All(log.Trials, t => Assert.Equal(TrialState.Complete, t.State));
        Assert.Equal(6, log.Trials.Count);
    }
}
