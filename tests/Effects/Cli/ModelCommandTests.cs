using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>The commands that load a model, on the pretrained one among the assets where that folder is there.</summary>
public class ModelCommandTests
{
    private static readonly string Model = Path.Combine(FixtureFolders.Assets, "models", "smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf");

    public static TheoryData<string> Texts => FixtureFolders.Folders("smollm2/logits");

    [Theory]
    [MemberData(nameof(Texts))]
    [Trait("Category", "Fixtures")]
    public void EvalOfATextGivesTheReferenceLikelihood(string name) => FixtureCase.Run("smollm2/logits (eval)", name, () =>
    {
        using Scratch scratch = new();
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(FixtureFolders.At("smollm2", "logits", name, "case.json")));
        File.WriteAllText(scratch.At("text.txt"), reference.RootElement.GetProperty("text").GetString());
        FloeProcess floe = FloeProcess.Run("eval", "--model", Model, "--text", scratch.At("text.txt"), "--json");
        Assert.True(floe.Code == 0, floe.Error);
        using JsonDocument json = JsonDocument.Parse(floe.Out);
        int tokens = json.RootElement.GetProperty("tokens").GetInt32();
        if (Regex.IsMatch(reference.RootElement.GetProperty("text").GetString()!, " {2,}[0-9]") && tokens != reference.RootElement.GetProperty("n_tokens").GetInt32())
        {
            // "|  2/15/19  |": tokenizer.json (Digits, then ByteLevel) gives 185 ids in tokenizers 0.23.2 itself, as here; the stored 188 are those of
            // ByteLevel alone, which transformers makes of the GGUF file and the collection's page on tokenizers names as a difference.
            return new Floe.Domain.FloeError.Unsupported(name, "ids of a tokenizer without digit splitting", "ids of tokenizer.json", "Give ids instead.");
        }

        Assert.Equal(reference.RootElement.GetProperty("n_tokens").GetInt32(), tokens);
        Assert.Equal(reference.RootElement.GetProperty("nll_f64").GetDouble(), json.RootElement.GetProperty("nll").GetDouble(), 1e-5);
        return LanguageExt.Unit.Default;
    });

    [Fact]
    public void AMissingModelIsExitCode4BeforeAnythingIsWritten()
    {
        using Scratch scratch = new();
        FloeProcess floe = FloeProcess.Run("adapt", "--model", "/nowhere/model", "--data", "/nowhere/data.jsonl", "--out", scratch.At("out"));
        Assert.Equal(4, floe.Code);
        Assert.Contains("/nowhere/model", floe.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.At("out")));
    }

    [Theory]
    [InlineData("--layers 31", 2, "0 to 29")]
    [InlineData("--modules gate", 2, "gate")]
    [InlineData("--length 4", 3, "prompt")]
    public void WrongValuesOfAdaptAreNamed(string options, int code, string part)
    {
        if (!File.Exists(Model))
        {
            FixtureCase.NotRun("model commands", Model, "the model was not found");
            return;
        }

        using Scratch scratch = new();
        File.WriteAllText(scratch.At("data.jsonl"), """{"prompt": "one two three four five six", "completion": " seven"}""" + "\n");
        FloeProcess floe = FloeProcess.Run(["adapt", "--model", Model, "--data", scratch.At("data.jsonl"), "--steps", "1", "--out", scratch.At("out"), .. options.Split(' ')]);
        Assert.Equal(code, floe.Code);
        Assert.Contains(part, floe.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch.At("out", "adapter_config.json")));
    }

    [Fact]
    public void AnEmptyDataSetIsExitCode3()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("data.jsonl"), "\n");
        FloeProcess floe = FloeProcess.Run("inspect", scratch.At("data.jsonl"));
        Assert.Equal(3, floe.Code);
        Assert.Contains("at least one sample", floe.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARunThatIsTerminatedGoesOnAndEndsWithTheSameAdapter()
    {
        if (!File.Exists(Model))
        {
            FixtureCase.NotRun("model commands", Model, "the model was not found");
            return;
        }

        using Scratch scratch = new();
        string plan = Plan(scratch);
        Assert.Equal(0, Run(plan, scratch.At("whole")));

        using Process process = FloeProcess.Start("run", plan, "--out", scratch.At("cut"));
        Task<string> drained = process.StandardOutput.ReadToEndAsync();
        string journal = scratch.At("cut", "policies", "fisher", "run.jsonl");
        string? line;
        while ((line = await process.StandardError.ReadLineAsync()) is not null && !line.StartsWith("adapt fisher [", StringComparison.Ordinal))
        {
        }

        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(143, process.ExitCode);
        Assert.Equal("", await drained);
        Assert.True(File.Exists(journal));
        Assert.Empty(Directory.EnumerateFiles(scratch.At("cut"), "*.tmp", SearchOption.AllDirectories));

        Assert.Equal(0, Run(plan, scratch.At("cut")));
        foreach (string file in new[] { "scores.parquet", "tuned/layers.parquet", "policies/fisher/adapter/adapter_model.safetensors", "policies/fisher/eval.json" })
        {
            Assert.True(File.ReadAllBytes(scratch.At("whole", file)).AsSpan().SequenceEqual(File.ReadAllBytes(scratch.At("cut", file))), file);
        }

        // What select makes of the stored scores is what the run selected.
        Assert.Equal(0, FloeProcess.Run(
            "select", scratch.At("whole", "scores.parquet"), "--statistics", scratch.At("whole", "statistics.parquet"), "--n", "3", "--out", scratch.At("again")).Code);
        Assert.Equal(File.ReadAllBytes(scratch.At("whole", "masks.parquet")), File.ReadAllBytes(scratch.At("again", "masks.parquet")));
        Assert.Equal(File.ReadAllBytes(scratch.At("whole", "layers.parquet")), File.ReadAllBytes(scratch.At("again", "layers.parquet")));

        foreach (string part in new[] { "adapted", "", "compare.json", "policies/fisher/plan.json", "policies/fisher/eval.json", "policies/fisher/run.jsonl", "plan.yaml" })
        {
            FloeProcess inspected = FloeProcess.Run("inspect", scratch.At("whole", part), "--json");
            Assert.True(inspected.Code == 0, inspected.Error);
            JsonDocument.Parse(inspected.Out).Dispose();
        }
    }

    private static int Run(string plan, string folder)
    {
        FloeProcess floe = FloeProcess.Run("run", plan, "--out", folder);
        Assert.True(floe.Code == 0, floe.Error);
        return floe.Code;
    }

    private static string Plan(Scratch scratch)
    {
        File.WriteAllLines(scratch.At("data.jsonl"), Enumerable.Range(1, 8).Select(i => $$"""{"prompt": "What is {{i}} plus {{i}}?", "completion": " It is {{2 * i}}."}"""));
        File.WriteAllText(scratch.At("plan.yaml"), $$"""
            name: tiny
            model: {{Model}}
            length: 32
            sample: [{ data: data.jsonl, take: 4 }]
            heldout: [{ data: data.jsonl, skip: 6 }]
            calibration: { sequences: 1, tokens: 16 }
            training: { steps: 6, batch: 2, learning_rate: 1.0e-3, checkpoint_every: 2 }
            sample_training: { steps: 1 }
            collection: { statistics: false }
            selection: { layers: 3 }
            policies: [fisher]
            generation: { prompts: 1, tokens: 2 }
            """);
        return scratch.At("plan.yaml");
    }
}
