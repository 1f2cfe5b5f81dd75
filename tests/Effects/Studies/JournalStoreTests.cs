using System.Diagnostics;
using Floe.Domain;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Studies;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Studies;

/// <summary>Studies in a file of Optuna's journal format.</summary>
public sealed class JournalStoreTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private readonly Scratch scratch = new();

    public static TheoryData<string> Laws => StoreConformance.Names;

    private string File => scratch.At("study.jsonl");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Laws))]
    public void KeepsTheLaw(string law) => StoreConformance.Laws[law](Open);

    // Written by the storage of Optuna 4.8.0 itself: see the fixture's folder.
    [Fact]
    public void AJournalOfOptunaIsRead()
    {
        System.IO.File.Copy(Path.Combine(FixtureFolders.RepositoryRoot, "tests", "fixtures", "optuna", "journal-4.8.0.jsonl"), File);
        using JournalStore store = Open();
        StudyLog log = Errors.Value(store.Read());
        Assert.Equal(["other", "begun-in-python"], log.Studies.Values.Select(s => s.Name));
        StudyRecord study = log.Find("begun-in-python").IfNone(() => throw new InvalidOperationException());
        Assert.Equal("""{"who":"sp\u00e4te Nacht","n":[1,2.5,null]}""", study.Told[(Audience.User, "note")]);
        TrialRecord[] trials = [.. log.Of(study.Id)];
        Assert.Equal(
            [TrialState.Complete, TrialState.Complete, TrialState.Complete, TrialState.Failed, TrialState.Pruned, TrialState.Running,
                TrialState.Complete], trials.Select(t =>
                t.State));
        Assert.Equal(
            [Some(1.25), Some(1.5), Some(double.PositiveInfinity), None, Some(2.0), None, Some(1.125)], trials.Select(t => t.Value));
        Assert.Equal(
            [8.0, 4, 16, 2, 3, double.NaN, 12], trials.Select(
                t => t.Parameters.TryGetValue("rank", out Parameter? p) ? p.Stored : double.NaN));
        Assert.True(double.IsNaN(trials[0].Intermediate[2]));
        Assert.Equal(1.5, trials[6].Intermediate[3]);
        Assert.Equal("\"b\"", trials[6].Told[(Audience.User, "a")]);
    }

    // Every line of Optuna's own as Floe would write it, but for spaces and escapes.
    [Fact]
    public void WhatIsReadIsWrittenTheSame()
    {
        foreach (
            string line in System.IO.File.ReadLines(
                Path.Combine(FixtureFolders.RepositoryRoot, "tests", "fixtures", "optuna", "journal-4.8.0.jsonl")))
        {
            string written = JournalLines.Write(Errors.Value(JournalLines.Read("here", line)));
            Assert.Equal(Plain(line), Plain(written));
        }

        static string Plain(string line) =>
            line.Replace("8.0,", "8,", StringComparison.Ordinal).Replace("4.0,", "4,", StringComparison.Ordinal)
            .Replace("16.0,", "16,", StringComparison.Ordinal)
                .Replace("2.0,", "2,", StringComparison.Ordinal)
                .Replace("3.0,", "3,", StringComparison.Ordinal)
            .Replace("12.0}", "12}", StringComparison.Ordinal)
                .Replace("[2.0]", "[2]", StringComparison.Ordinal)
                .Replace(":2.0}", ":2}", StringComparison.Ordinal)
            .Replace("\\u0022", "\\\"", StringComparison.Ordinal);
    }

    [Fact]
    public void AStudyBegunInPythonGoesOn()
    {
        System.IO.File.Copy(Path.Combine(FixtureFolders.RepositoryRoot, "tests", "fixtures", "optuna", "journal-4.8.0.jsonl"), File);
        using JournalStore store = Open();
        StudyWorker worker = StudyPlay.Worker(store, StudyPlay.Table) with { Identity = StudyPlay.Identity(name: "begun-in-python") };
        RankStudy study = Errors.Value((worker with { Rules = StudyPlay.Rules with { Proposals = 9 } }).Run(CancellationToken.None));

        // Of Python's trials four have a rank from 2 to 7 or none yet; five proposals more are made, and none of Python's is touched.
        Assert.Equal(7, study.Trials.Count(t => !t.IsOurs));
        Assert.All(study.Trials.Filter(t => t.IsOurs).AsEnumerable(), t => Assert.Equal(TrialState.Complete, t.State));
        Assert.Contains((StudyPlay.Space.Points[2], Option<long>.None, 1.5), study.Trainings(8));
    }

    [Theory]
    [InlineData("{\"op_code\":8,\"worker_id\":\"x\",\"trial")]
    [InlineData("{\"op_code\":1,\"worker_id\":\"x\",\"study_id\":0}")]
    [InlineData("\0\0\0")]
    public void ATornTailIsCutOffBeforeTheNextAppend(string torn)
    {
        using (IStudyStore first = Open())
        {
            StoreConformance.Add(first, new StudyEvent.StudyCreated("a", "s", Direction.Minimize));
        }

        System.IO.File.AppendAllText(File, torn);
        using JournalStore store = Open();
        Assert.Equal(1, Errors.Value(store.Read()).Events);
        StoreConformance.Add(store, new StudyEvent.TrialCreated("a", 0, None, TrialState.Running));
        Assert.Equal(2, System.IO.File.ReadAllLines(File).Length);
        Assert.All(System.IO.File.ReadAllLines(File), line => Assert.True(JournalLines.Read("", line).IsRight));
    }

    [Fact]
    public void WhileSomebodyAppendsOptunasLockIsThere()
    {
        using JournalStore store = Open();
        Errors.Value(store.Change(_ =>
        {
            Assert.Equal(File, new FileInfo(File + ".lock").LinkTarget);
            return Right<FloeError, (IReadOnlyList<StudyEvent>, Unit)>(([], unit));
        }));
        Assert.Null(new FileInfo(File + ".lock").LinkTarget);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ALockThatADeadProcessLeftIsRecovered(bool link)
    {
        if (link)
        {
            System.IO.File.CreateSymbolicLink(File + ".lock", File);
        }
        else
        {
            System.IO.File.WriteAllText(File + ".lock", "");
        }

        long start = Stopwatch.GetTimestamp();
        using JournalStore store = Open();
        StoreConformance.Add(store, new StudyEvent.StudyCreated("a", "s", Direction.Minimize));
        Assert.True(Stopwatch.GetElapsedTime(start) >= Short);
        Assert.Equal(["study.jsonl"], Directory.GetFiles(scratch.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void ALockWhoseJournalGrowsIsWaitedFor()
    {
        System.IO.File.WriteAllText(File, "");
        System.IO.File.CreateSymbolicLink(File + ".lock", File);
        using Timer grows = new(
            _ => System.IO.File.SetLastWriteTimeUtc(File, DateTime.UtcNow), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
        Thread waits = new(() =>
        {
            using JournalStore store = Open();
            StoreConformance.Add(store, new StudyEvent.StudyCreated("a", "s", Direction.Minimize));
        });
        waits.Start();
        Assert.False(waits.Join(TimeSpan.FromMilliseconds(900)));
        System.IO.File.Delete(File + ".lock");
        Assert.True(waits.Join(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData("{\"step\":0,\"loss\":1.5}\n")]
    [InlineData("SQLite format 3\n")]
    [InlineData("{\"op_code\":6,\"worker_id\":\"w\",\"trial_id\":\"zero\"}\n")]
    public void AnotherFileIsRefusedByItsLine(string text)
    {
        System.IO.File.WriteAllText(File, text);
        using JournalStore store = Open();
        FloeError.BadData error = Assert.IsType<FloeError.BadData>(Errors.Of(store.Read()));
        Assert.EndsWith("study.jsonl, line 1", error.Where, StringComparison.Ordinal);
        Assert.Equal(text, System.IO.File.ReadAllText(File));
    }

    private JournalStore Open() => new(File, Short);
}
