using System.Diagnostics;
using System.Globalization;
using Floe.Domain;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Studies;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Studies;

/// <summary>Processes that append to one journal and are killed at any moment: what they said they wrote is there, once, and every line is
/// whole.</summary>
public sealed class StudyLoad
{
    [Fact]
    public void KilledProcessesLoseNothing() => Run(processes: 3, appends: 10, kills: 4);

    [StudyLoadFact]
    public void TenProcessesOfTwoHundredAppendsWithKills() => Run(processes: 10, appends: 200, kills: 40);

    /// <summary>The other process: appends until its records are there.</summary>
    public static int Append(string file, string worker, int appends)
    {
        using JournalStore store = new(file, TimeSpan.FromSeconds(1));
        bool more = true;
        while (more)
        {
            Either<FloeError, (StudyLog Log, bool Answer)> done = store.Change(log =>
            {
                int have = log.Trials.Count(t => t.Told.ContainsKey((Audience.User, worker)));
                return Right<FloeError, (IReadOnlyList<StudyEvent>, bool)>((
                    have >= appends
                        ? []
                        : [new StudyEvent.TrialCreated(
                            worker, 0, None, TrialState.Complete) { Told = Array(
                                (Audience.User, worker, have.ToString(CultureInfo.InvariantCulture))) }],
                    have + 1 < appends));
            });
            if (done.IsLeft)
            {
                return 1;
            }

            more = done.Map(d => d.Answer).IfLeft(false);
        }

        return 0;
    }

    private static void Run(int processes, int appends, int kills)
    {
        using Scratch scratch = new();
        string file = scratch.At("study.jsonl");
        using (JournalStore store = new(file, JournalLock.Grace))
        {
            StoreConformance.Add(store, new StudyEvent.StudyCreated("a", "s", Direction.Minimize));
        }

        Random random = new(11);
        Process[] workers = [.. Enumerable.Range(0, processes).Select(w => Start(file, w, appends))];
        Stopwatch patience = Stopwatch.StartNew();
        for (int killed = 0; workers.Any(w => !w.HasExited) || workers.Any(w => w.ExitCode != 0);)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(8), "the workers do not end");
            Thread.Sleep(random.Next(20, 400));
            int at = random.Next(processes);
            if (killed < kills && !workers[at].HasExited)
            {
                workers[at].Kill();
                killed++;
            }

            foreach (int dead in Enumerable.Range(0, processes).Where(w => workers[w].HasExited && workers[w].ExitCode != 0))
            {
                workers[dead].Dispose();
                workers[dead] = Start(file, dead, appends);
            }
        }

        System.Array.ForEach(workers, w => w.Dispose());
        using JournalStore after = new(file, JournalLock.Grace);
        StudyLog log = Errors.Value(after.Read());
        Assert.Equal((processes * appends) + 1, log.Events);
        Assert.Equal((processes * appends) + 1, File.ReadLines(file).Count());
        for (int w = 0; w < processes; w++)
        {
            Assert.Equal(
                Enumerable.Range(0, appends).Select(i => i.ToString(CultureInfo.InvariantCulture)),
                log.Trials.Where(t => t.Told.ContainsKey((Audience.User, $"w{w}"))).Select(t => t.Told[(Audience.User, $"w{w}")]));
        }
    }

    private static Process Start(string file, int worker, int appends) => Process.Start(new ProcessStartInfo(
        Environment.ProcessPath!, [
            "exec", typeof(Program).Assembly.Location, "study-appends", file, $"w{worker}",
                appends.ToString(CultureInfo.InvariantCulture)]))!;
}

/// <summary>A test of <c>./floe test studies</c>: a minute and more of processes that are killed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StudyLoadFactAttribute : FactAttribute
{
    public StudyLoadFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("FLOE_STUDY_LOAD") != "1")
        {
            Skip = "run by ./floe test studies";
        }
    }
}
