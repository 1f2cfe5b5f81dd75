using System.Diagnostics;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>
/// <c>adapt</c>, <c>collect</c> and <c>run</c> stopped in the middle, by SIGINT and by SIGKILL, on the embedded model: the same call again
/// ends with the bytes of one that was left alone, and nothing else stays behind.
/// </summary>
public sealed class InterruptedCommandTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string sample;

    public InterruptedCommandTests() => sample = Embedded.Sample(scratch);

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    public void AdaptGoesOnFromItsCheckpoint(string signal, int code)
    {
        string[] Line(string name) =>
            ["adapt", "--model", Embedded.Model, "--data", sample, "--layers", "2,7", "--steps", "90", "--batch", "2", "--out",
                scratch.At(name)];
        string journal = scratch.At("cut", "run.jsonl");
        Finish(Line("whole"));

        // A checkpoint is written every 20 steps.
        Stop(signal, code, Line("cut"), () => File.Exists(journal) && File.ReadLines(journal).Count() > 25);
        Assert.False(File.Exists(scratch.At("cut", "adapter_model.safetensors")));
        Assert.Single(Directory.GetFiles(scratch.At("cut"), ".checkpoint-*"));

        FloeProcess second = Finish(Line("cut"));
        Assert.DoesNotContain(" 1/90", second.Error, StringComparison.Ordinal);
        Same("adapter_model.safetensors", "adapter_config.json");
        Assert.Equal(Steps(scratch.At("whole", "run.jsonl")), Steps(journal));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    public void CollectStartsAgainAndLeavesNoHalfWrittenTable(string signal, int code)
    {
        string[] Line(string name) =>
            ["collect", "--model", Embedded.Model, "--data", sample, "--tokens", "32", "--no-statistics", "--equations", "--per-sample",
                "--out", scratch.At(name)];
        Finish(Line("whole"));
        Stop(signal, code, Line("cut"), () => Directory.Exists(scratch.At("cut"))
            && Directory.EnumerateFiles(scratch.At("cut"), ".normal.parquet.*").Any());
        Assert.False(File.Exists(scratch.At("cut", "normal.parquet")));
        Finish(Line("cut"));
        Same("scores.parquet", "statistics.parquet", "normal.parquet", "shards/00.parquet", $"shards/{Embedded.Samples - 1:D2}.parquet");
    }

    [Theory]
    [InlineData("INT", 130, "adapt all layers [")]
    [InlineData("KILL", 137, "adapt all layers [")]
    [InlineData("INT", 130, "collect: ")]
    [InlineData("KILL", 137, "collect: ")]
    public void ARunGoesOnInTheStageThatWasStopped(string signal, int code, string line)
    {
        string plan = scratch.At("plan.yaml");
        File.WriteAllText(plan, $$"""
            name: tiny
            model: {{Embedded.Model}}
            length: 64
            sample: [{ data: sample.jsonl, take: 8 }]
            heldout: [{ data: sample.jsonl, skip: 8 }]
            calibration: { sequences: 2, tokens: 32 }
            training: { steps: 4, batch: 2, checkpoint_every: 2 }
            sample_training: { steps: 12, batch: 2, checkpoint_every: 2 }
            selection: { layers: 3, tuning: none }
            policies: [fisher]
            generation: { prompts: 1, tokens: 2 }
            """);
        string[] Line(string name) => ["run", plan, "--out", scratch.At(name)];
        Finish(Line("whole"));
        Stop(signal, code, Line("cut"), line);
        Finish(Line("cut"));
        Same("adapted/adapter_model.safetensors", "scores.parquet", "statistics.parquet", "masks.parquet", "layers.parquet",
            "policies/fisher/adapter/adapter_model.safetensors", "policies/fisher/eval.json");
    }

    private static FloeProcess Finish(string[] line)
    {
        FloeProcess floe = FloeProcess.Run(line);
        Assert.True(floe.Code == 0, floe.Error);
        return floe;
    }

    private void Same(params string[] files)
    {
        Assert.DoesNotContain(
            Directory.EnumerateFiles(scratch.At("cut"), ".*", SearchOption.AllDirectories), file => Path.GetFileName(file) != ".lock");
        foreach (string file in files)
        {
            Assert.True(
                File.ReadAllBytes(scratch.At("whole", file)).AsSpan().SequenceEqual(File.ReadAllBytes(scratch.At("cut", file))), file);
        }
    }

    private static string[] Steps(string journal) =>
        [.. File.ReadLines(journal).Select(line => line[..line.IndexOf("\"seconds\"", StringComparison.Ordinal)])];

    private static void Stop(string signal, int code, string[] line, Func<bool> when)
    {
        using Process process = Start(line);
        _ = process.StandardError.ReadToEndAsync();
        Stopwatch patience = Stopwatch.StartNew();
        while (!when())
        {
            Assert.False(process.HasExited, "the command ended by itself");
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(3), "the command does not come so far");
            Thread.Sleep(2);
        }

        End(signal, code, process);
    }

    private static void Stop(string signal, int code, string[] line, string said)
    {
        using Process process = Start(line);
        string? found;
        while ((found = process.StandardError.ReadLine()) is not null && !found.StartsWith(said, StringComparison.Ordinal))
        {
        }

        Assert.True(found is not null, $"no line starts with {said}");
        _ = process.StandardError.ReadToEndAsync();
        End(signal, code, process);
    }

    private static void End(string signal, int code, Process process)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(code, process.ExitCode);
    }

    // A background job ignores SIGINT and passes that on; the command is to meet the signal as at a prompt.
    private static Process Start(string[] line) => Process.Start(new ProcessStartInfo(
        "env", ["--default-signal=INT", Environment.ProcessPath!, "exec", FloeProcess.Assembly, .. line])
    { RedirectStandardError = true })!;
}
