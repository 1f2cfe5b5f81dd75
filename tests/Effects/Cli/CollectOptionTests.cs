using System.Text.Json;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>What the less used options of <c>collect</c> and <c>select</c> change, and what they leave as it is, on the embedded
/// model.</summary>
public sealed class CollectOptionTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string sample, adapted;

    public CollectOptionTests()
    {
        sample = Embedded.Sample(scratch);
        adapted = scratch.At("adapted");
        Adapt("adapted");
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void StoredEquationsTuneTheMasksAsTheModelDoes()
    {
        string folder = Collect("a", "--adapter", adapted, "--equations");
        Embedded.Done("select", Path.Combine(folder, "scores.parquet"), "--n", "3", "--out", scratch.At("binary"));
        Embedded.Done(
            "select", Path.Combine(folder, "scores.parquet"), "--n", "3", "--tune", Path.Combine(folder, "normal.parquet"), "--out",
                scratch.At("stored"));
        Embedded.Done(
            "tune", Path.Combine(folder, "scores.parquet"), "--masks", scratch.At("binary", "masks.parquet"), "--model", Embedded.Model,
                "--adapter", adapted,
            "--data", sample, "--mode", "teacher", "--n", "3", "--out", scratch.At("model"));
        UnitMasks stored = Masks("stored"), model = Masks("model");
        Assert.True(model.AnyTuned);
        Expected.Close("masks", model.Values, stored.Values, 1e-9);
        Assert.Equal(File.ReadAllBytes(scratch.At("model", "layers.parquet")), File.ReadAllBytes(scratch.At("stored", "layers.parquet")));
    }

    [Fact]
    public void TheAncestorsBatchesOfOneAreTheSamplesAndLargerOnesAreFewer()
    {
        ScoreSums each = Scores(Collect("each", "--adapter", adapted));
        ScoreSums one = Scores(Collect("one", "--adapter", adapted, "--fisher-batch", "1"));
        ScoreSums four = Scores(Collect("four", "--adapter", adapted, "--fisher-batch", "4"));
        Assert.Equal(
            (Embedded.Samples, Embedded.Samples, Embedded.Samples / 4), (each.FisherCounts[0], one.FisherCounts[0], four.FisherCounts[0]));
        Expected.CloseToLargest("batches of one", Fisher(each), Fisher(one), 1e-5);
        Assert.Contains(Fisher(each).Zip(Fisher(four), (a, b) => Math.Abs(a - b) / a), difference => difference > 1e-3);
        Assert.Equal(each.Taylor, four.Taylor);
    }

    [Fact]
    public void BothPathsMatterOnlyWhereAnAdapterSeesTheMaskedInput()
    {
        Assert.Equal(Scores(Collect("base")), Scores(Collect("base-both", "--both-paths")));
        ScoreSums one = Scores(Collect("one", "--adapter", adapted)), both = Scores(Collect("both", "--adapter", adapted, "--both-paths"));
        Assert.NotEqual(one.Fisher, both.Fisher);
        Assert.Equal(one.Taylor, both.Taylor);
    }

    [Fact]
    public void StatisticsAreThoseOfTheAdaptersModulesAndRank()
    {
        Adapt("attention", "--modules", "q_proj,v_proj", "--rank", "2");
        Adapt("narrow", "--rank", "2");
        ModuleStatistics none = Statistics("none"), attention = Statistics("attention", "--adapter", scratch.At("attention"));
        ModuleStatistics wide = Statistics("wide", "--adapter", adapted), narrow = Statistics(
            "narrow-statistics", "--adapter", scratch.At("narrow"));
        Assert.Equal(["gate_proj", "up_proj", "down_proj"], none.Modules.Distinct());
        Assert.Equal(["q_proj", "v_proj"], attention.Modules.Distinct());
        Assert.Equal(Page(none), Page(wide));

        // page grows as (α/r)² r.
        Expected.CloseToLargest("page", [.. Page(wide).Select(page => 4 * page)], [.. Page(narrow)], 1e-12);
    }

    [Fact]
    public void PartsOfTheSampleAddUpToItAndGiveIntervals()
    {
        string folder = Collect(
            "parts", "--adapter", adapted, "--per-sample"), scores = Path.Combine(folder, "scores.parquet"),
                shards = Path.Combine(folder, "shards");
        string[] files = Directory.GetFiles(shards);
        Assert.Equal(Embedded.Samples, files.Length);
        Assert.Equal(
            Scores(folder).Fisher, TinyDecoder.Right(
                ScoreSums.Merge([.. files.Select(f => TinyDecoder.Right(ScoreTables.Read(f)).Sums)])).Fisher);

        FloeProcess sure = Embedded.Done(
            "select", scores, "--n", "3", "--shards", shards, "--replicates", "20", "--out", scratch.At("sure"), "--json");
        using JsonDocument json = JsonDocument.Parse(sure.Out);
        Assert.All(json.RootElement.GetProperty("layers").EnumerateArray(), layer =>
            Assert.True(layer.GetProperty("rankLow").GetInt32() <= layer.GetProperty("rankHigh").GetInt32()));

        // A later collection of fewer samples leaves none of the earlier parts behind.
        File.WriteAllLines(sample, File.ReadLines(sample).Take(3).ToArray());
        string kept = scratch.At("kept.parquet");
        File.Copy(files[0], kept);
        Collect("parts", "--adapter", adapted, "--per-sample");
        Assert.Equal(3, Directory.GetFiles(shards).Length);

        File.Copy(kept, Path.Combine(shards, "other.parquet"));
        FloeProcess mixed = Embedded.Run("select", scores, "--n", "3", "--shards", shards, "--out", scratch.At("mixed"));
        Assert.Equal(3, mixed.Code);
        Assert.Contains("other.parquet", mixed.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.At("mixed")));
    }

    [Fact]
    public void APartOfASingleSampleIsWrittenToo()
    {
        File.Copy(sample, scratch.At("text.jsonl"));
        File.WriteAllLines(sample, File.ReadLines(sample).Take(1).ToArray());
        string folder = Collect("single", "--text", scratch.At("text.jsonl"), "--per-sample");
        Assert.Equal(
            Scores(folder).Fisher, TinyDecoder.Right(
                ScoreTables.Read(Assert.Single(Directory.GetFiles(Path.Combine(folder, "shards"))))).Sums.Fisher);
    }

    [Fact]
    public void APlanThatDrawsFromASingleSampleIsRefusedBeforeTheWork()
    {
        File.WriteAllText(scratch.At("plan.yaml"), $$"""
            name: single
            model: {{Embedded.Model}}
            length: 64
            sample: [{ data: sample.jsonl, take: 1 }]
            heldout: [{ data: sample.jsonl, skip: 10 }]
            calibration: { sequences: 1, tokens: 8 }
            collection: { per_sample: true }
            """);
        FloeProcess floe = Embedded.Run("run", scratch.At("plan.yaml"), "--out", scratch.At("run"));
        Assert.Equal(3, floe.Code);
        Assert.Contains("collection.per_sample", floe.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.At("run", "adapted")));
    }

    [Fact]
    public void ALaterCollectionLeavesNothingOfAnEarlierOneBesideItsScoresButTheEquations()
    {
        Embedded.Done(
            "collect", "--model", Embedded.Model, "--data", sample, "--sequences", "2", "--tokens", "32", "--per-sample", "--equations",
                "--out", scratch.At("twice"));
        string[] mine = ["mine.parquet", "shards/other.parquet", "shards/32.parquet", "normal-of-yesterday.parquet"];
        Assert.All(mine, name => File.WriteAllText(scratch.At("twice", name), "mine"));
        string[] written = ["normal.parquet", "scores.parquet", "statistics-modules.parquet", "statistics.parquet"];
        Assert.Equal(
            mine.Concat(written)
                .Concat(Enumerable.Range(0, Embedded.Samples).Select(i => $"shards/{i:D2}.parquet"))
                .Order(StringComparer.Ordinal), Files("twice"));

        // A collection that fails leaves all as it was.
        File.WriteAllText(scratch.At("broken.jsonl"), "{");
        Assert.NotEqual(
            0, Embedded.Run("collect", "--model", Embedded.Model, "--data", scratch.At("broken.jsonl"), "--out", scratch.At("twice")).Code);
        Assert.Equal(Embedded.Samples + mine.Length + written.Length, Files("twice").Length);

        Collect("twice");
        Assert.Equal(mine.Concat(["normal.parquet", "scores.parquet", "statistics.parquet"]).Order(StringComparer.Ordinal), Files("twice"));

        Collect("parts", "--per-sample");
        Collect("parts");
        Assert.False(Directory.Exists(scratch.At("parts", "shards")));
    }

    private string[] Files(string folder) =>
    [
        .. Directory.EnumerateFiles(scratch.At(folder), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(scratch.At(folder), file)).Order(StringComparer.Ordinal),
    ];

    private string Collect(string name, params string[] options)
    {
        Embedded.Done(
            ["collect", "--model", Embedded.Model, "--data", sample, "--sequences", "2", "--tokens", "32", "--no-statistics", "--out",
                scratch.At(name), .. options]);
        return scratch.At(name);
    }

    private void Adapt(string name, params string[] options) => Embedded.Done(
        ["adapt", "--model", Embedded.Model, "--data", sample, "--steps", "2", "--batch", "4", "--learning-rate", "0.01", "--out",
            scratch.At(name), .. options]);

    private ModuleStatistics Statistics(string name, params string[] options)
    {
        Embedded.Done(
            ["collect", "--model", Embedded.Model, "--data", sample, "--sequences", "1", "--tokens", "16", "--out", scratch.At(name),
                .. options]);
        return TinyDecoder.Right(ModuleStatisticsTables.Read(scratch.At(name, "statistics-modules.parquet"))).Statistics;
    }

    private static Arr<double> Page(ModuleStatistics statistics) =>
        statistics.Columns.AsEnumerable().Single(column => column.Name == "page").Values;

    private static ScoreSums Scores(string folder) => TinyDecoder.Right(ScoreTables.Read(Path.Combine(folder, "scores.parquet"))).Sums;

    private UnitMasks Masks(string folder) => TinyDecoder.Right(MaskTables.Read(scratch.At(folder, "masks.parquet"))).Masks;

    private static double[] Fisher(ScoreSums sums) => TinyDecoder.Right(sums.ToTable()).Fisher.ToArray();
}
