using Floe.Domain;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Studies;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Studies;

/// <summary>What every store keeps: the one suite that all of them pass. Each law gets a function that opens the same store once
/// more.</summary>
internal static class StoreConformance
{
    public static readonly IReadOnlyDictionary<string, Action<Func<IStudyStore>>> Laws = new Dictionary<string, Action<Func<IStudyStore>>>
    {
        [nameof(WhatOneAddsTheOthersRead)] = WhatOneAddsTheOthersRead,
        [nameof(AChangeSeesAllBeforeIt)] = AChangeSeesAllBeforeIt,
        [nameof(ARefusedChangeAddsNothing)] = ARefusedChangeAddsNothing,
        [nameof(ReplayIsLive)] = ReplayIsLive,
        [nameof(ManyWorkersLoseNothing)] = ManyWorkersLoseNothing,
        [nameof(ATrialIsHeldByOne)] = ATrialIsHeldByOne,
        [nameof(OddTextsComeBack)] = OddTextsComeBack,
        [nameof(WorkersAvoidEachOthersProposals)] = WorkersAvoidEachOthersProposals,
    };

    public static TheoryData<string> Names => [.. Laws.Keys];

    private static void WhatOneAddsTheOthersRead(Func<IStudyStore> open)
    {
        using IStudyStore one = open(), other = open();
        Add(one, new StudyEvent.StudyCreated("a", "s", Direction.Minimize));
        Assert.True(Errors.Value(other.Read()).Find("s").IsSome);
        Add(other, new StudyEvent.TrialCreated("b", 0, "2026-11-28T12:00:00.000000", TrialState.Running));
        Add(one, new StudyEvent.TrialTold("a", 0, Audience.User, "k", "[1,{\"x\":null}]"));
        Assert.Equal("[1,{\"x\":null}]", Errors.Value(other.Read()).Trials[0].Told[(Audience.User, "k")]);
        using IStudyStore late = open();
        Assert.Equal(3, Errors.Value(late.Read()).Events);
    }

    private static void AChangeSeesAllBeforeIt(Func<IStudyStore> open)
    {
        using IStudyStore one = open(), other = open();
        Add(one, new StudyEvent.StudyCreated("a", "s", Direction.Minimize));
        for (int i = 0; i < 6; i++)
        {
            IStudyStore store = i % 2 == 0 ? one : other;
            int seen = Errors.Value(store.Change(log => Right<FloeError, (IReadOnlyList<StudyEvent>, int)>((
                [new StudyEvent.TrialCreated("w", 0, None, TrialState.Running)], log.Trials.Count)))).Answer;
            Assert.Equal(i, seen);
        }
    }

    private static void ARefusedChangeAddsNothing(Func<IStudyStore> open)
    {
        using IStudyStore store = open();
        Add(store, new StudyEvent.StudyCreated("a", "s", Direction.Minimize));
        FloeError no = new FloeError.Usage("a", "b", "c", "d.");
        Assert.Equal(no, Errors.Of(store.Change(_ => Left<FloeError, (IReadOnlyList<StudyEvent>, Unit)>(no))));
        Add(store);
        using IStudyStore again = open();
        Assert.Equal(1, Errors.Value(again.Read()).Events);
    }

    private static void ReplayIsLive(Func<IStudyStore> open)
    {
        using IStudyStore store = open();
        Add(store, new StudyEvent.StudyCreated("a", "s", Direction.Minimize), new StudyEvent.StudyCreated("a", "s", Direction.Maximize));
        Add(
            store,
            new StudyEvent.TrialCreated("a", 0, "2026-11-28T12:00:00.000000", TrialState.Complete)
            {
                End = "2026-11-28T12:00:01.000000",
                Value = 0.1 + 0.2,
                Parameters = Array(new Parameter("rank", 8, """{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 2, "high": 16}}""")),
                Told = Array((Audience.User, "u", "\"x\""), (Audience.System, "s", "1e-9")),
                Intermediate = Array((1, 2.5), (7, double.NaN)),
            },
            new StudyEvent.TrialCreated("a", 0, "2026-11-28T12:00:02.000000", TrialState.Running),
            new StudyEvent.ParameterSet("a", 1, new Parameter("rank", 9, "{}")),
            new StudyEvent.TrialReported("a", 1, 3, double.PositiveInfinity),
            new StudyEvent.TrialEntered("a", 1, TrialState.Pruned, 1.0 / 3, "2026-11-28T12:00:03.000000"),
            new StudyEvent.TrialTold("a", 1, Audience.User, "late", "1"),
            new StudyEvent.StudyTold("a", 0, Audience.System, "k", "{}"),
            new StudyEvent.StudyDeleted("a", 5));
        StudyLog live = Errors.Value(store.Read());
        using IStudyStore again = open();
        Assert.Equal(Text(live), Text(Errors.Value(again.Read())));
        Assert.Equal(0.1 + 0.2, live.Trials[0].Value.IfNone(0));
        Assert.DoesNotContain((Audience.User, "late"), live.Trials[1].Told.Keys);
    }

    private static void ManyWorkersLoseNothing(Func<IStudyStore> open)
    {
        const int Workers = 4, Each = 12;
        using (IStudyStore store = open())
        {
            Add(store, new StudyEvent.StudyCreated("a", "s", Direction.Minimize));
        }

        Thread[] threads =
        [
            .. Enumerable.Range(0, Workers).Select(w => new Thread(() =>
            {
                using IStudyStore store = open();
                for (int i = 0; i < Each; i++)
                {
                    Add(store, new StudyEvent.TrialCreated($"w{w}", 0, $"{i}", TrialState.Running), new StudyEvent.StudyTold(
                        $"w{w}", 0, Audience.User, $"{w}", $"{i}"));
                }
            })),
        ];
        System.Array.ForEach(threads, t => t.Start());
        System.Array.ForEach(threads, t => t.Join());
        using IStudyStore after = open();
        StudyLog log = Errors.Value(after.Read());
        Assert.Equal(1 + (2 * Workers * Each), log.Events);
        Assert.All(Enumerable.Range(0, Each), i => Assert.Equal(Workers, log.Trials.Count(t => t.Start == Some($"{i}"))));
    }

    private static void ATrialIsHeldByOne(Func<IStudyStore> open)
    {
        using IStudyStore one = open(), other = open();
        IDisposable hold = Errors.Value(one.Hold(3)).IfNone(() => throw new Xunit.Sdk.XunitException("not held"));
        Assert.True(Errors.Value(other.IsHeld(3)));
        Assert.False(Errors.Value(other.IsHeld(4)));
        Assert.True(Errors.Value(other.Hold(3)).IsNone);
        hold.Dispose();
        Assert.False(Errors.Value(other.IsHeld(3)));
        Errors.Value(other.Hold(3)).IfNone(() => throw new Xunit.Sdk.XunitException("not held")).Dispose();
    }

    private static void OddTextsComeBack(Func<IStudyStore> open)
    {
        using IStudyStore store = open();
        foreach (string name in new[] { "späte Nacht", "\"quoted\" \\ and NaN, Infinity", "a\nb\tc\u2028", "😀", "" })
        {
            Add(store, new StudyEvent.StudyCreated("w\n", name, Direction.Minimize));
            using IStudyStore again = open();
            Assert.True(Errors.Value(again.Read()).Find(name).IsSome, name);
        }
    }

    // Two workers, each asked in turn while the other's trial runs.
    private static void WorkersAvoidEachOthersProposals(Func<IStudyStore> open) => StudyPlay.TwoWorkersTrainEveryRankOnce(open);

    internal static void Add(IStudyStore store, params StudyEvent[] events) =>
        Errors.Value(store.Change(_ => Right<FloeError, (IReadOnlyList<StudyEvent>, Unit)>((events, unit))));

    private static string Text(StudyLog log) => $"{log.Events};"
        + string.Join(';', log.Studies.Values.Select(s => $"{s.Id} {s.Name} {s.Direction} {string.Join(',', s.Told)}"))
        + string.Join(';', log.Trials.Select(t => $"{t.Id} {t.Study} {t.Number} {t.State} {t.Value} {t.Start} {t.End} "
        + $"{string.Join(',', t.Parameters)} {string.Join(',', t.Told)} {string.Join(',', t.Intermediate)}"));
}
