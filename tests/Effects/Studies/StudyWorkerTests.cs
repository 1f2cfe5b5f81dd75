using Floe.Domain;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Studies;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Studies;

/// <summary>What a worker does on a store, with trainings that are a table.</summary>
public sealed class StudyWorkerTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void AWorkerThatStopsLosesNothingAndTheNextOneRepeatsNothing()
    {
        List<(string, long, int)> trained = [];
        for (int stops = 0; stops < 40; stops++)
        {
            using CancellationTokenSource stop = new();
            int now = 0;
            using JournalStore store = Open();
            RankStudy study = Errors.Value(StudyPlay.Worker(store, (point, seed, until) =>
            {
                if (++now == 2)
                {
                    stop.Cancel();
                    return new TrialOutcome(None, 0);
                }

                trained.Add(($"{point}", seed, until));
                return StudyPlay.Table(point, seed, until);
            }).Run(stop.Token));
            if (!stop.IsCancellationRequested)
            {
                Assert.All(study.Trials.AsEnumerable(), t => Assert.Equal(TrialState.Complete, t.State));
                Assert.Equal(24, trained.Count);
                Assert.Equal(24, trained.Distinct().Count());
                return;
            }
        }

        Assert.Fail("the study does not end");
    }

    [Fact]
    public void WhatCannotBeTrainedIsAFailedTrialAndTheOthersGoOn()
    {
        using JournalStore store = Open();
        RankStudy study = Errors.Value(StudyPlay.Worker(store, (point, seed, until) =>
            point[0] == 3
                ? new FloeError.BadData("step 2", "a finite loss", "NaN", "Lower the learning rate.")
                : StudyPlay.Table(point, seed, until))
                .Run(CancellationToken.None));
        Assert.Equal(
            [TrialState.Complete, TrialState.Complete, TrialState.Complete, TrialState.Failed, TrialState.Complete, TrialState.Complete],
                study.Trials.Map(t => t.State)
                .AsEnumerable());
    }

    [Fact]
    public void WhereTheFirstTrialCannotBeTrainedThatIsTheAnswer()
    {
        using JournalStore store = Open();
        FloeError said = new FloeError.BadData("samples", "some", "none", "Give some.");
        Assert.Equal(said, Errors.Of(StudyPlay.Worker(store, (_, _, _) => said).Run(CancellationToken.None)));
    }

    [Fact]
    public void RepeatedProposalsTrainNothing()
    {
        int trainings = 0;
        using JournalStore store = Open();
        StudyWorker worker = StudyPlay.Worker(store, (point, seed, until) =>
        {
            trainings++;
            return StudyPlay.Table(point, seed, until);
        });
        RankStudy study = Errors.Value(
            (worker with { Rules = StudyPlay.Rules with { Sampler = Errors.Value(RankSampler.Parse("tpe")), Proposals = 30 } })
                .Run(CancellationToken.None));
        int repeats = study.Trials.Count(t => t.Repeats.IsSome);
        Assert.True(repeats > 0);
        Assert.Equal((study.Trials.Count - repeats) * 4, trainings);
        Assert.All(
            study.Trials.Filter(t => t.Repeats.IsSome).AsEnumerable(), t =>
                Assert.Equal(study.Trials[t.Repeats.IfNone(-1)].Value, t.Value));
    }

    [Theory]
    [InlineData("another plan", "s", false, "fact is \"a\" there, \"another plan\" here")]
    [InlineData("another plan", "s", true, "fact is \"a\" there, \"another plan\" here")]
    [InlineData("a", "t", false, "s, of another plan")]
    public void AnotherStudysStoreIsRefused(string fact, string name, bool named, string found)
    {
        using JournalStore store = Open();
        Errors.Value(StudyPlay.Worker(store, StudyPlay.Table).Run(CancellationToken.None));
        string before = File.ReadAllText(scratch.At("study.jsonl"));
        FloeError.BadData error = Assert.IsType<FloeError.BadData>(Errors.Of(
            (StudyPlay.Worker(store, StudyPlay.Table) with { Identity = StudyPlay.Identity(fact, name, named) })
                .Run(CancellationToken.None)));
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.Contains("--name", error.Remedy, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(scratch.At("study.jsonl")));
    }

    [Fact]
    public void ANamedStudyIsBegunBesideAnother()
    {
        using JournalStore store = Open();
        Errors.Value(StudyPlay.Worker(store, StudyPlay.Table).Run(CancellationToken.None));
        Errors.Value(
            (StudyPlay.Worker(store, StudyPlay.Table) with { Identity = StudyPlay.Identity("b", "t", named: true) })
                .Run(CancellationToken.None));
        Assert.Equal(12, Errors.Value(store.Read()).Trials.Count);
    }

    private JournalStore Open() => new(scratch.At("study.jsonl"), JournalLock.Grace);
}
