using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Results;
using Floe.Effects.Identities;
using Floe.Effects.Runs;
using Floe.Effects.Stages;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Runs;

public class RunExecutionTests
{
    [Fact]
    public void RunsEveryStageOnceAndThenNone()
    {
        using FakeRun run = new();
        Assert.Equal(3, Finished(run.Execute()).Stages.Count);
        Assert.Equal(["upper", "twice", "joined"], run.Ran);
        Assert.Equal("A BA BA B", File.ReadAllText(Path.Combine(run.Folder, "joined.txt")));

        Assert.Equal(3, Finished(run.Execute()).Stages.Count);
        Assert.Empty(run.Ran);
    }

    [Fact]
    public void AChangedInputFileRunsEverythingThatReadsIt()
    {
        using FakeRun run = new();
        Finished(run.Execute());
        File.WriteAllText(run.Outside, "c");
        Assert.Equal(
            [("upper", "words: words.txt changed"), ("twice", "upper.txt is made anew"), ("joined", "upper.txt is made anew")], run.Dry());
        Finished(run.Execute());
        Assert.Equal(["upper", "twice", "joined"], run.Ran);
        Assert.Equal("CCC", File.ReadAllText(Path.Combine(run.Folder, "joined.txt")));
    }

    [Fact]
    public void ChangedOptionsRunThatStageAndWhatFollows()
    {
        using FakeRun run = new();
        Finished(run.Execute());
        run.TwiceOptions = "times=3";
        Assert.Equal([("twice", "its options changed"), ("joined", "twice/text.txt is made anew")], run.Dry());
        Finished(run.Execute());
        Assert.Equal(["twice", "joined"], run.Ran);
    }

    [Theory]
    [InlineData("upper.txt", 3)]
    [InlineData("twice/text.txt", 2)]
    [InlineData("joined.txt", 1)]
    public void AMissingOrEditedOutputIsMadeAnew(string output, int stages)
    {
        using FakeRun run = new();
        Finished(run.Execute());
        File.Delete(Path.Combine(run.Folder, output));
        Assert.Equal(stages, run.Dry().Length);
        Finished(run.Execute());
        Assert.Equal(stages, run.Ran.Count);

        File.AppendAllText(Path.Combine(run.Folder, output), "edited");
        Assert.Equal($"{output} is missing or was changed", run.Dry()[0].Reason);
        Finished(run.Execute());
        Assert.Equal("A BA BA B", File.ReadAllText(Path.Combine(run.Folder, "joined.txt")));
    }

    [Fact]
    public void AnotherVersionOfTheToolRunsEverything()
    {
        using FakeRun run = new();
        Finished(run.Execute(tool: "floe 0"));
        Assert.Equal(3, run.Dry().Length);
        Assert.Equal("was done by floe 0", run.Dry()[0].Reason);
    }

    [Fact]
    public void AStageThatFailsKeepsWhatWasFinished()
    {
        using FakeRun run = new() { Instead = _ => new FloeError.BadData("row 3", "a number", "NaN", "Mend it.") };
        Assert.IsType<FloeError.BadData>(run.Execute().Match(Right: _ => throw new InvalidOperationException("it ran"), Left: e => e));
        Assert.Equal(["upper", "twice"], run.Ran);

        run.Instead = null;
        Finished(run.Execute());
        Assert.Equal(["twice", "joined"], run.Ran);
    }

    [Fact]
    public void AStageThatWasStoppedHasNoRecordAndGoesOn()
    {
        using CancellationTokenSource stop = new();
        using FakeRun run = new();
        run.Instead = context =>
        {
            File.WriteAllText(Path.Combine(context.Folder, "checkpoint"), "half");
            stop.Cancel();
            return new StageOutcome(1);
        };
        Assert.Equal(["upper"], Finished(run.Execute(stop: stop.Token)).Stages.AsEnumerable().Select(s => s.Name));

        run.Instead = null;
        Finished(run.Execute());
        Assert.Equal(["twice", "joined"], run.Ran);
        Assert.Equal("half", File.ReadAllText(Path.Combine(run.Folder, "checkpoint")));
    }

    [Fact]
    public void AStageThatDiesInTheMiddleOfARewriteIsNotTakenForFinished()
    {
        using FakeRun run = new();
        Finished(run.Execute());
        run.TwiceOptions = "times=3";
        run.Instead = _ => throw new InvalidOperationException("killed");
        Assert.Throws<InvalidOperationException>(() => run.Execute());

        // The old options again: the record of the first run must be gone, since its outputs may be half replaced.
        run.TwiceOptions = "times=2";
        run.Instead = null;
        Finished(run.Execute());
        Assert.Equal(["twice", "joined"], run.Ran);
    }

    [Fact]
    public void ADamagedManifestIsToldAndCountsAsNone()
    {
        using FakeRun run = new();
        Finished(run.Execute());
        string path = Path.Combine(run.Folder, RunManifestFile.Name);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length - 2; length += 37)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Equal(3, run.Dry().Length);
        }

        List<string> warnings = [];
        Finished(run.Execute(warn: warnings.Add));
        Assert.Contains("No stage counts as finished.", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(3, run.Ran.Count);
    }

    [Fact]
    public void ADryRunWritesNothing()
    {
        using FakeRun run = new();
        Assert.Equal(3, run.Dry().Length);
        Assert.False(Directory.Exists(run.Folder));
        Assert.Empty(run.Ran);
    }

    [Fact]
    public void EveryMissingFileFromOutsideIsNamedBeforeAnythingRuns()
    {
        using FakeRun run = new();
        File.Delete(run.Outside);
        FloeError error = run.Execute().Match(Right: _ => throw new InvalidOperationException("it ran"), Left: e => e);
        Assert.IsType<FloeError.Io>(error);
        Assert.Contains(run.Outside, error.Message, StringComparison.Ordinal);
        Assert.Empty(run.Ran);
    }

    [Fact]
    public void TwoRunsOfOneFolderDoNotMeet()
    {
        using FakeRun run = new();
        Directory.CreateDirectory(run.Folder);
        using IDisposable held = FolderLock.Take(run.Folder, "another")
            .Match(Right: l => l, Left: e => throw new InvalidOperationException(e.Message));
        Assert.IsType<FloeError.Io>(run.Execute().Match(Right: _ => throw new InvalidOperationException("it ran"), Left: e => e));
        Assert.Empty(run.Ran);
    }

    [Fact]
    public void LeftoversOfAKilledProcessAreRemoved()
    {
        using FakeRun run = new();
        Directory.CreateDirectory(run.Folder);
        string left = Path.Combine(run.Folder, ".scores.parquet.4711-3.tmp");
        File.WriteAllText(left, "half");
        Finished(run.Execute());
        Assert.False(File.Exists(left));
    }

    [Fact]
    public void TheManifestHoldsNoPathOfTheMachine()
    {
        using FakeRun run = new();
        Finished(run.Execute());
        string text = File.ReadAllText(Path.Combine(run.Folder, RunManifestFile.Name));
        Assert.DoesNotContain(Path.GetTempPath(), text, StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.MachineName, text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"tokens\": 5", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AGraphThatDoesNotFitIsRefused()
    {
        Stage orphan = new("one", "", Array(StageInput.Made("nowhere.txt")), Array("b"), Fingerprint.Of(), _ => default(StageOutcome));
        Stage maker = new("two", "", Arr<StageInput>.Empty, Array("a"), Fingerprint.Of(), _ => default(StageOutcome));
        Assert.True(StageGraph.Check(Array(orphan)).IsLeft);
        Assert.True(StageGraph.Check(Array(maker with { Outputs = Array("a", "a") })).IsLeft);
        Assert.True(StageGraph.Check(Array(maker, maker with { Outputs = Array("c") })).IsLeft);
        Assert.True(StageGraph.Check(Array(maker, orphan with { Inputs = Array(StageInput.Made("a")) })).IsRight);
    }

    private static RunManifest Finished(Either<FloeError, RunManifest> outcome) =>
        outcome.Match(Right: m => m, Left: e => throw new InvalidOperationException(e.Message));
}
