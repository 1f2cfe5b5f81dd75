using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Studies;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Studies;

/// <summary><c>floe ranks</c> on the embedded model: a whole study, stopped ones, its tables, and what it refuses.</summary>
public sealed class RanksCommandTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string plan;

    public RanksCommandTests()
    {
        Embedded.Sample(scratch);
        plan = Plan("tiny", 4);
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void AStudyOfTheEmbeddedModelAnswersAndIsDrawn()
    {
        using JsonDocument result = Study("a", "--sampler", "tpe", "--trials", "6", "--seeds", "1,2");
        JsonElement root = result.RootElement;
        int points = root.GetProperty("points").GetArrayLength();
        int proposals = root.GetProperty("proposals").GetInt32();
        Assert.InRange(proposals, 3, 6);
        Assert.Equal(proposals - root.GetProperty("repeats").GetInt32(), points);
        Assert.Equal(2 * points, root.GetProperty("trainings").GetInt32());
        Assert.All(root.GetProperty("points").EnumerateArray(), p => Assert.True(p.GetProperty("mean_loss").GetDouble() > 0));
        Assert.Matches("^Ranks? [0-9, to]+ (is best|are within noise)", root.GetProperty("answer").GetString());
        string page = File.ReadAllText(scratch.At("a", "study.html"));
        Assert.Equal("html", XDocument.Parse(page).Root!.Name.LocalName);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.True(File.Exists(scratch.At("a", "plan.json")));

        // The same call again has nothing left to do.
        string before = File.ReadAllText(scratch.At("a", "study.jsonl"));
        using JsonDocument again = Study("a", "--sampler", "tpe", "--trials", "6", "--seeds", "1,2");
        Assert.Equal(before, File.ReadAllText(scratch.At("a", "study.jsonl")));
        Assert.Equal(root.GetProperty("answer").GetString(), again.RootElement.GetProperty("answer").GetString());
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    public void AStoppedStudyGoesOnAndEndsAsOneThatWasNot(string signal, int code)
    {
        string[] Line(string name) =>
            ["ranks", Plan("long", 30), "--ranks", "2-3", "--sampler", "grid", "--seeds", "1", "--layers", "10,11", "--out",
                scratch.At(name)];
        Assert.Equal(0, FloeProcess.Run(Line("whole")).Code);
        string journal = scratch.At("cut", "trials", "rank2-seed1", "run.jsonl");
        using (Process process = FloeProcess.StartAtPrompt(Line("cut")))
        {
            _ = process.StandardError.ReadToEndAsync();
            Stopwatch patience = Stopwatch.StartNew();
            while (!File.Exists(journal) || File.ReadLines(journal).Count() < 7)
            {
                Assert.False(process.HasExited, "the study ended by itself");
                Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "the study does not come so far");
                Thread.Sleep(5);
            }

            FloeProcess.Send(signal, process);
            Assert.True(process.WaitForExit(60_000));
            Assert.Equal(code, process.ExitCode);
        }

        FloeProcess second = FloeProcess.Run(Line("cut"));
        Assert.True(second.Code == 0, second.Error);
        Assert.DoesNotContain("rank 2, seed 1 [....................] 1/30", second.Error, StringComparison.Ordinal);
        Assert.Equal(Losses("whole"), Losses("cut"));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(scratch.At("cut"), ".*", SearchOption.AllDirectories), file =>
                !file.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatFrozenLayersGiveIsComputedOnceWithTheSameLosses()
    {
        string[] layers = ["--sampler", "grid", "--seeds", "1,2", "--layers", "9,11"];
        using JsonDocument kept = Study("kept", layers), recomputed = Study("recomputed", [.. layers, "--recompute"]);
        Assert.Equal(Losses("kept"), Losses("recomputed"));
        (long once, long reused) = Tokens(kept);
        (long each, long none) = Tokens(recomputed);
        Assert.Equal(0, none);
        Assert.Equal(each, once + reused);
        Assert.True(reused >= 5 * once, $"{once} computed, {reused} reused");
    }

    [Fact]
    public void RanksByLayerAreComparedAtNoMoreParameters()
    {
        using JsonDocument result = Study("a", "--sampler", "grid", "--seeds", "1,2", "--per-layer");
        JsonElement[] rows = [.. result.RootElement.GetProperty("per_layer").EnumerateArray()];
        Assert.Equal(["uniform", "effective"], rows.Select(r => r.GetProperty("ranks").GetString()));
        Assert.True(rows[1].GetProperty("parameters").GetInt64() <= rows[0].GetProperty("parameters").GetInt64());
        Assert.All(rows, r => Assert.Equal(2, r.GetProperty("seeds").GetInt32()));
        Assert.True(File.Exists(scratch.At("a", "plan-effective.json")));
    }

    [Fact]
    public void RankAndExpertsAreOneSpace()
    {
        using JsonDocument result = Study("a", "--sampler", "random", "--trials", "3", "--seeds", "1", "--experts", "1,2");
        Assert.All(result.RootElement.GetProperty("points").EnumerateArray(), p =>
        {
            Assert.InRange(p.GetProperty("rank").GetInt32(), 2, 4);
            Assert.InRange(p.GetProperty("experts").GetInt32(), 1, 2);
        });
    }

    [Fact]
    public void HalvingStopsPoorRanksEarly()
    {
        using JsonDocument result = Study("a", "--sampler", "grid", "--seeds", "1", "--halving", "2");
        using JournalStore store = new(scratch.At("a", "study.jsonl"), JournalLock.Grace);
        StudyLog log = Errors.Value(store.Read());
        Assert.Equal([1, 2], log.Trials.Select(t => t.State).GroupBy(s => s).OrderBy(g => g.Key).Select(g => g.Count()).Order());
        Assert.Contains(log.Trials, t => t.State == TrialState.Pruned && t.Intermediate.Keys.Max() < 4);
    }

    [Fact]
    public void TrialsAreExportedAsTables()
    {
        using JsonDocument study = Study("a", "--sampler", "grid", "--seeds", "1,2");
        FloeProcess export = Embedded.Done("ranks", "export", scratch.At("a", "study.jsonl"), "--out", scratch.At("tables"), "--json");
        using JsonDocument said = JsonDocument.Parse(export.Out);
        Assert.Equal((3, 6), (said.RootElement.GetProperty("trials").GetInt32(), said.RootElement.GetProperty("trainings").GetInt32()));
        string[] rows = File.ReadAllLines(scratch.At("tables", "trials.csv"));
        Assert.Equal("trial,state,rank,value,repeats,reason,worker,start,end", rows[0]);
        Assert.Equal(["0,Complete,2,", "1,Complete,3,", "2,Complete,4,"], rows[1..].Select(r => r[..13]));
        double[] csv = [
            .. File.ReadAllLines(scratch.At("tables", "trainings.csv"))[1..]
                .Select(r => double.Parse(r.Split(',')[3], CultureInfo.InvariantCulture))];
        double[] parquet = Errors.Value(
            ParquetTable.Read(
                scratch.At("tables", "trainings.parquet"), table =>
                    table.Column("loss").Bind(c => Numbers.Doubles(scratch.At("tables"), c))));
        Assert.Equal(csv, parquet);
        using JsonDocument points = study;
        Assert.Equal(points.RootElement.GetProperty("points")[0].GetProperty("mean_loss").GetDouble(), (csv[0] + csv[1]) / 2, 1e-12);
    }

    [Theory]
    [InlineData(2, "--ranks", "--ranks", "5-2")]
    [InlineData(2, "--ranks", "--ranks", "0-4")]
    [InlineData(2, "--ranks", "--ranks", "four")]
    [InlineData(2, "--ranks: expected ranks up to 64", "--ranks", "2-65")]
    [InlineData(2, "--seeds", "--seeds", "1,1")]
    [InlineData(2, "sampler", "--sampler", "bayes")]
    [InlineData(2, "--measure", "--measure", "9")]
    [InlineData(2, "--counts", "--counts", "2,4")]
    [InlineData(2, "--experts", "--experts", "0")]
    public void WhatCannotBeSearchedIsOneMessage(int code, string says, params string[] options) => Refused(code, says, "a", options);

    [Fact]
    public void AnotherStudysStoreIsOneMessage()
    {
        using JsonDocument first = Study("a", "--sampler", "grid", "--seeds", "1");
        string store = scratch.At("a", "study.jsonl");
        string other = Plan("other", 5);
        Refused(3, "expected the study other, found tiny, of another plan", "b", ["--store", store], other);
        Refused(3, "study tiny: expected the study of this plan, found another's: training", "b", [
            "--store", store, "--name", "tiny"], other);
        Refused(3, "expected a line of Optuna's journal", "b", ["--store", scratch.At("a", "trials", "rank2-seed1", "run.jsonl")]);
        Refused(4, "no server answers", "b", ["--store", "postgresql://floe@127.0.0.1:1/studies"]);
    }

    private void Refused(int code, string says, string folder, string[] options, string? file = null)
    {
        FloeProcess floe = Embedded.Run(
            ["ranks", file ?? plan, .. options.Contains("--ranks")
                ? System.Array.Empty<string>()
                : ["--ranks", "2-4"], "--layers", "10,11", "--out", scratch.At(folder), .. options]);
        string[] errors = [.. floe.Error.Split('\n').Where(l => l.Length > 0 && !l.StartsWith("warning:", StringComparison.Ordinal))];
        Assert.Equal(code, floe.Code);
        Assert.Contains(says, Assert.Single(errors), StringComparison.Ordinal);
    }

    private JsonDocument Study(string folder, params string[] options) =>
        JsonDocument.Parse(Embedded.Done(
            ["ranks", plan, "--ranks", "2-4", .. options.Contains("--layers")
                ? System.Array.Empty<string>()
                : ["--layers", "10,11"], "--out", scratch.At(folder), "--json", .. options]).Out);

    private static (long Computed, long Reused) Tokens(JsonDocument result) => (
        result.RootElement.GetProperty("frozen_tokens_computed")
            .GetInt64(), result.RootElement.GetProperty("frozen_tokens_reused")
            .GetInt64());

    private string Losses(string folder)
    {
        using JournalStore store = new(scratch.At(folder, "study.jsonl"), JournalLock.Grace);
        return string.Join(
            '\n', Errors.Value(store.Read()).Trials.SelectMany(
                t => t.Told.Where(told => told.Key.Key.StartsWith(RankStudy.Loss, StringComparison.Ordinal))
            .Select(told => $"{t.Number} {t.State} {told.Key.Key} {told.Value}")));
    }

    private string Plan(string name, int steps)
    {
        string file = scratch.At($"{name}.yaml");
        File.WriteAllText(file, $$"""
            name: {{name}}
            model: {{Embedded.Model}}
            length: 48
            sample: [{ data: sample.jsonl, take: 8 }]
            heldout: [{ data: sample.jsonl, skip: 8 }]
            adapter: { kind: hydra, experts: 2, modules: [q_proj, k_proj] }
            sample_training: { steps: {{steps}}, batch: 2, learning_rate: 5.0e-3, checkpoint_every: 5 }
            """);
        return file;
    }
}
