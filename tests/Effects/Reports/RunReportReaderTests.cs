using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Domain.Scores;
using Floe.Effects.Reporting;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Properties.Reports;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Reports;

/// <summary>A run folder becomes a report: whole, with any file missing, and not with a damaged one.</summary>
public sealed class RunReportReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("floe-run-").FullName;

    public RunReportReaderTests() => RunFolderOnDisk.Write(folder);

    public static TheoryData<string> Files =>
    [
        RunFolder.Plan, RunFolder.Scores, RunFolder.Statistics, RunFolder.Masks, RunFolder.TunedMasks, RunFolder.Comparison,
            RunFolder.Samples, RunManifestFile.Name,
        RunFolder.Of("fisher", "layers.parquet"), RunFolder.Of("random", "run.jsonl"),
    ];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void IntervalsOfTheSelectionAreShown()
    {
        Assert.True(Read().Stability.IsEmpty);
        LayerFile file = Expect.Right(LayerTables.Read(Path.Combine(folder, RunFolder.Of("fisher", "layers.parquet"))));
        LayerRow[] rows = [
            .. file.Rows.Select(row => row with { Interval = new RankInterval(Math.Max(0, row.Rank - 1), row.Rank, 0.1 * row.Layer) })];
        string fisher = Path.Combine(folder, RunFolder.Of("fisher", "layers.parquet"));
        Expect.Right(LayerTables.Write(fisher, rows, file.Source, file.Metadata, 0.8));
        RunReport report = Read();
        Assert.Equal(
            rows.Select(
                row => new LayerStability(row.Layer, row.Rank, row.Selected, Math.Max(0, row.Rank - 1), row.Rank, 0.1 * row.Layer)),
                    report.Stability);
        Assert.Contains("How sure the choice is", ReportPage.Render(report), StringComparison.Ordinal);
        Assert.Contains("Lines: the ranks of 80\u00a0% of the draws.", ReportPage.Render(report), StringComparison.Ordinal);

        // Of an earlier version, which did not store the share.
        Expect.Right(LayerTables.Write(Path.Combine(folder, RunFolder.Of("fisher", "layers.parquet")), rows, file.Source, file.Metadata));
        Assert.Contains("the run does not say", ReportPage.Render(Read()), StringComparison.Ordinal);
    }

    [Fact]
    public void TheCommittedPicturesAreThoseOfTheStoredTables()
    {
        string drawn = Path.Combine(folder, "pictures");
        Arr<string> paths = Expect.Right(RunReports.WritePictures(Path.Combine(FixtureFolders.RepositoryRoot, "data", "smollm2"), drawn));
        string[] committed = [.. Directory.GetFiles(Path.Combine(FixtureFolders.RepositoryRoot, "docs", "pictures")).Order()];
        Assert.Equal(4, committed.Length);
        Assert.All(committed, path => Assert.Equal(File.ReadAllText(path), File.ReadAllText(Path.Combine(drawn, Path.GetFileName(path)))));
        Assert.Equal(8, paths.Count);
    }

    [Fact]
    public void AWholeRunFillsEveryPart()
    {
        RunReport report = Read();
        Assert.Equal("small", report.Name);
        Assert.Equal(RunFolderOnDisk.Shape, report.Subject.Shape.IfNone(() => throw new InvalidOperationException()));
        Assert.Equal(RunFolderOnDisk.Policies, report.Policies.Map(p => p.Policy).ToArray());
        Assert.Equal([2, 2, 2, 6], report.Policies.Map(p => p.Chosen.Count).ToArray());
        Assert.Equal(["Fisher", "Taylor", "Head sparsity", "Neuron sparsity", "Weight norm"], report.Series.Map(s => s.Name).ToArray());
        Assert.All(report.Series, s => Assert.Equal(RunFolderOnDisk.Layers, s.Values.Count));
        Assert.Equal(2, report.Masks.Count);
        Assert.Equal(["determination", "refinement", "tuning"], report.Search.Map(s => s.Stages.Map(x => x.Name).ToArray()).IfNone([]));
        TuningOutcome tuned = Assert.Single(report.Tuning, t => t.Tuned);
        Assert.Equal((2, Component.Neuron), (tuned.Layer, tuned.Component));
        Assert.Equal(tuned.MeanBefore * 1.25, tuned.MeanAfter, 12);
        Assert.All(report.Curves, c => Assert.Equal(Prelude.Array((1, 5.5), (2, 4.5), (3, 3.5), (4, 2.5), (5, 1.5)), c.Points));
        Assert.Equal(RunFolderOnDisk.Compared.Policies, report.Outcomes);
        Assert.Equal(RunFolderOnDisk.Compared.Base, report.Base);
        Assert.Equal(SampleReports.Full().Samples, report.Samples);
        Assert.Equal(RunFolderOnDisk.Plan, report.Provenance.Plan);
        Assert.Contains(report.Provenance.Facts, g => g.Title == "Seeds" && g.Items.Contains(("run", "7")));
        Assert.Contains(report.Provenance.Facts, g => g.Title == "Machine");
        Assert.Equal("collect", report.Provenance.Stages[0].Name);
        Assert.DoesNotContain("class=\"absent\"", ReportPage.Render(report), StringComparison.Ordinal);
        Assert.DoesNotContain(folder, ReportPage.Render(report), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void AMissingFileLeavesItsPartOut(string file)
    {
        File.Delete(Path.Combine(folder, file));
        Assert.StartsWith("<!DOCTYPE html>", ReportPage.Render(Read()), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void ADamagedFileIsAnErrorThatNamesIt(string file)
    {
        File.WriteAllText(Path.Combine(folder, file), "{ damaged\n");
        Either<FloeError, RunReport> read = RunReportReader.Read(folder, Arr<FactGroup>.Empty);
        if (file is RunManifestFile.Name or RunFolder.Plan)
        {
            Assert.True(read.IsRight, "a run goes on without its manifest, and a plan is shown as it is");
            Assert.Equal(file == RunFolder.Plan, read.Map(r => r.Provenance.Facts.Exists(g => g.Title == "Plan")).IfLeft(false));
            return;
        }

        FloeError error = read.Match(Right: _ => throw new Xunit.Sdk.XunitException("it was read"), Left: e => e);
        Assert.Equal(3, error.ExitCode);
        Assert.Contains(Path.GetFileName(file), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("holiday.txt")]
    public void AFolderWithoutAFileOfARunIsNoRun(string file)
    {
        string empty = Directory.CreateDirectory(Path.Combine(folder, "empty")).FullName;
        if (file != "nothing")
        {
            File.WriteAllText(Path.Combine(empty, file), "");
        }

        FloeError error = RunReportReader.Read(empty, Arr<FactGroup>.Empty)
            .Match(Right: _ => throw new Xunit.Sdk.XunitException("it was read"), Left: e => e);
        Assert.Equal(3, error.ExitCode);
        Assert.Contains(empty, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunWithoutAComparisonYetShowsTheEvaluationsThatAreThere()
    {
        File.Delete(Path.Combine(folder, RunFolder.Comparison));
        RunReport report = Read();
        Assert.Equal(RunFolderOnDisk.Policies, report.Outcomes.Map(o => o.Policy).ToArray());
        Assert.All(report.Outcomes, o => Assert.Equal(1.5, o.HeldOutLoss));
    }

    [Fact]
    public void MasksThatTheScoresDoNotGiveAreShownWithoutASearch()
    {
        string text = File.ReadAllText(Path.Combine(folder, RunFolder.Plan));
        File.WriteAllText(
            Path.Combine(folder, RunFolder.Plan), text.Replace("{layers: 2}", "{layers: 2, budget: 0.2}", StringComparison.Ordinal));
        RunReport report = Read();
        Assert.True(report.Search.IsNone);
        Assert.Equal(2, report.Masks.Count);
    }

    [Fact]
    public void AMissingFolderIsAnError() =>
        Assert.Equal(
            4, RunReportReader.Read(Path.Combine(folder, "nowhere"), Arr<FactGroup>.Empty).Match(Right: _ => 0, Left: e => e.ExitCode));

    private RunReport Read() => Expect.Right(RunReportReader.Read(
        folder, Prelude.Array(new FactGroup("Machine", Prelude.Array(("threads", "2"))))));
}
