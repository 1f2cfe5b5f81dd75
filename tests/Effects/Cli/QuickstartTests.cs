using System.Diagnostics;
using Floe.Domain.Training;
using Floe.Effects.Tables;
using Floe.Pretraining.Corpora;
using Floe.Pretraining.Training;
using Floe.Pretraining.Vocabulary;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Models;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Cli;

/// <summary>The quickstart over a tiny model: it ends with a comparison and a page, keeps what is finished, and goes on after a
/// kill.</summary>
public sealed class QuickstartTests : IDisposable
{
    private static readonly string[] Policies = ["base", "fisher", "random", "weight-norm", "all"];
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void ItGoesOnAfterAKillAndKeepsWhatIsFinished()
    {
        string[] call = ["quickstart", "--plan", Plan(), "--out", scratch.At("run")];
        KillAtLine("evaluate fisher:", call);

        FloeProcess second = FloeProcess.Run(call);
        Assert.True(second.Code == 0, second.Error);
        Assert.Contains("collect: finished before", second.Error, StringComparison.Ordinal);
        Assert.Contains("adapt all: fine-tunes", second.Error, StringComparison.Ordinal);
        Assert.All(
            Policies, policy =>
                Assert.Contains(second.Out.Split('\n'), line => line.TrimStart().StartsWith(policy, StringComparison.Ordinal)));
        Assert.Contains("exact_match", second.Out, StringComparison.Ordinal);
        Assert.Contains(scratch.At("run", "report.html"), second.Error, StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(scratch.At("run", "report.html")), StringComparison.OrdinalIgnoreCase);

        // How sure the ranking is stands with the selection and with the policy that ranks as it does, which the page is about.
        LayerFile selection = TinyDecoder.Right(LayerTables.Read(scratch.At("run", "layers.parquet")));
        Assert.True(selection.Rows.ForAll(row => row.Interval.IsSome));
        Assert.Equal(Some(0.9), selection.Level);
        LayerFile fisher = TinyDecoder.Right(LayerTables.Read(scratch.At("run", "policies", "fisher", "layers.parquet")));
        Assert.Equal(selection.Rows.Map(row => row.Interval).AsEnumerable(), fisher.Rows.Map(row => row.Interval).AsEnumerable());
        Assert.Equal(Some(0.9), fisher.Level);
        Assert.True(
            TinyDecoder.Right(
                LayerTables.Read(scratch.At("run", "policies", "random", "layers.parquet"))).Rows.ForAll(row => row.Interval.IsNone));

        FloeProcess third = FloeProcess.Run(call);
        Assert.Equal(0, third.Code);
        Assert.Equal(second.Out, third.Out);
        Assert.DoesNotContain("took", third.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("INT", 130)]
    public async Task StoppedInTheMiddleOfTrainingItEndsWithTheSameBytes(string signal, int code)
    {
        string plan = Plan(steps: 120);
        FloeProcess whole = FloeProcess.Run("quickstart", "--plan", plan, "--out", scratch.At("whole"));
        Assert.True(whole.Code == 0, whole.Error);

        string[] call = ["quickstart", "--plan", plan, "--out", scratch.At("stopped")];
        using Process first = FloeProcess.StartAtPrompt(call);
        Task<string> said = first.StandardError.ReadToEndAsync();
        string journal = scratch.At("stopped", "policies", "fisher", "run.jsonl");
        Assert.True(SpinWait.SpinUntil(() => first.HasExited || (File.Exists(journal) && LinesOf(journal) > 20), TimeSpan.FromMinutes(2)));
        FloeProcess.Send(signal, first);
        await first.WaitForExitAsync();
        Assert.True(first.ExitCode == code, await said);
        Assert.False(
            File.Exists(
                scratch.At("stopped", "policies", "fisher", "adapter", "adapter_model.safetensors")),
                    "training was over before the signal came");
        Assert.InRange(LinesOf(journal), 20, 119);

        FloeProcess second = FloeProcess.Run(call);
        Assert.True(second.Code == 0, second.Error);
        Assert.Contains("collect: finished before", second.Error, StringComparison.Ordinal);
        string[] files = Results(scratch.At("whole"));
        Assert.Contains(Path.Combine("policies", "fisher", "adapter", "adapter_model.safetensors"), files);
        Assert.Equal(files, Results(scratch.At("stopped")));
        Assert.All(files, file => Assert.Equal(Bytes("whole", file), Bytes("stopped", file)));
        Assert.Equal(120, LinesOf(journal));
    }

    [Fact]
    public void TheCommittedPlanReadsAndNamesFilesThatAreThere()
    {
        string path = Path.Combine(FixtureFolders.RepositoryRoot, "plans", "quickstart.yaml");
        Floe.Effects.Plans.RunPlan plan = TinyDecoder.Right(Floe.Effects.Plans.PlanFile.Read(path)).Plan;
        Assert.True(Directory.Exists(plan.Model));
        Assert.All(plan.Sample + plan.Train + plan.HeldOut, part => Assert.True(File.Exists(part.Path)));
        Assert.Equal(Policies[1..], plan.Policies.Map(policy => policy.Name).ToArray());
    }

    private static int LinesOf(string path) => File.ReadAllBytes(path).Count(one => one == (byte)'\n');

    // Journals, the comparison and the page hold times.
    private static string[] Results(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".parquet" or ".safetensors"
                || Path.GetFileName(file) is "plan.json" or "eval.json" or "adapter_config.json" or "samples.jsonl")
            .Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal),
    ];

    private byte[] Bytes(string run, string file) => File.ReadAllBytes(scratch.At(run, file));

    private static void KillAtLine(string start, string[] call)
    {
        using Process process = FloeProcess.Start(call);
        while (process.StandardError.ReadLine() is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                process.Kill();
                process.WaitForExit();
                return;
            }
        }

        Assert.Fail($"no line starts with {start}");
    }

    private string Plan(int steps = 3)
    {
        string data = scratch.At("data");
        TinyDecoder.Right(CorpusFiles.Write(data, 1, 200, 20));
        TinyDecoder.Right(CorpusFiles.WriteTasks(data, 1, 16, 4));
        TinyDecoder.Right(VocabularyTraining.Run([Path.Combine(data, "pretrain.jsonl")], 300, data));
        PretrainingPlan pretraining = new(
            Path.Combine(data, "pretrain.jsonl"),
            Path.Combine(data, "pretrain-heldout.jsonl"),
            data,
            new PretrainingShape(Layers: 4, Hidden: 16, Heads: 2, KvHeads: 1, HeadDim: 8, Neurons: 24, Context: 128),
            new TrainingOptions(Steps: Some(2), Batch: 2, MaxLength: 128),
            "cpu",
            CheckpointEvery: 100,
            scratch.At("model"));
        Assert.True(TinyDecoder.Right(PretrainingStage.Run(pretraining, _ => { }, Assert.Fail, CancellationToken.None)).IsSome);
        File.WriteAllText(scratch.At("plan.yaml"), $$"""
            name: tiny
            model: model
            length: 120
            sample:
              - { data: data/notation.jsonl, take: 4 }
            train:
              - { data: data/notation.jsonl }
            heldout:
              - { data: data/notation-heldout.jsonl }
            calibration: { sequences: 2, tokens: 32 }
            adapter: { kind: hydra, rank: 2, alpha: 4, dropout: 0.05, experts: 2 }
            collection: { per_sample: true }
            sample_training: { steps: 2, batch: 2 }
            training: { steps: {{steps}}, batch: 2, checkpoint_every: 10 }
            selection: { share: 0.25, tuning: none }
            policies: [fisher, random, weight-norm, all]
            evaluation: { exact_match: 2, answer_tokens: 4 }
            generation: { prompts: 1, tokens: 4 }
            """);
        return scratch.At("plan.yaml");
    }
}
