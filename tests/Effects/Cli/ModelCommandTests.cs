using System.Diagnostics;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
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
        return
            from tokenizer in TokenizerFile.Open(Model)
            from stored in SafetensorsFile.Open(FixtureFolders.At("smollm2", "logits", name, "reference.safetensors"))
                .Bind(file => file.Integers("input_ids"))
            from done in Likelihood(name, tokenizer.Tokenizer, [.. stored.Select(id => (int)id)], reference.RootElement, json.RootElement)
            select done;
    });

    private static Either<FloeError, Unit> Likelihood(
        string name, Tokenizer tokenizer, int[] stored, JsonElement reference, JsonElement found)
    {
        int[] ids = [.. Split(tokenizer, stored)];
        Assert.Equal(ids.Length, found.GetProperty("tokens").GetInt32());
        if (!ids.SequenceEqual(stored))
        {
            return new FloeError.Unsupported(
                name, "a likelihood of ids of a tokenizer without digit splitting", "ids of tokenizer.json", "Give ids instead.");
        }

        Assert.Equal(reference.GetProperty("nll_f64").GetDouble(), found.GetProperty("nll").GetDouble(), 1e-5);
        return LanguageExt.Unit.Default;
    }

    /// <summary>
    /// Stored ids as tokenizer.json splits them. It parts digits from what stands before them and only then splits as GPT-2 does; the
    /// stored ids are of GPT-2's split alone, which transformers makes of the GGUF file. That one gives the last space of a run to the
    /// digit behind it: so a run of spaces before a digit is encoded anew, and everything else is as it was.
    /// </summary>
    private static IEnumerable<int> Split(Tokenizer tokenizer, int[] stored)
    {
        string[] pieces = [.. stored.Select(id => tokenizer.Decode([id]))];
        for (int at = 0; at < stored.Length;)
        {
            int end = at + pieces.Skip(at).TakeWhile(string.IsNullOrWhiteSpace).Count();
            bool digit = end < pieces.Length && char.IsAsciiDigit(pieces[end][0]);
            foreach (
                int id in end == at ? [stored[at]] : digit ? tokenizer.Encode(string.Concat(pieces[at..end])).ToArray() : stored[at..end])
            {
                yield return id;
            }

            at = Math.Max(end, at + 1);
        }
    }

    [Fact]
    public void AMissingModelIsExitCode4BeforeAnythingIsWritten()
    {
        using Scratch scratch = new();
        FloeProcess floe = FloeProcess.Run(
            "adapt", "--model", "/nowhere/model", "--data", Embedded.Sample(scratch), "--out", scratch.At("out"));
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
        FloeProcess floe = FloeProcess.Run(
            ["adapt", "--model", Model, "--data", scratch.At("data.jsonl"), "--steps", "1", "--out", scratch.At("out"),
                .. options.Split(' ')]);
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
        while ((line = await process.StandardError.ReadLineAsync()) is not null
            && !line.StartsWith("adapt fisher [", StringComparison.Ordinal))
        {
        }

        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        string said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 143, $"{process.ExitCode}: {said}");
        Assert.Equal("", await drained);
        Assert.True(File.Exists(journal));
        Assert.Empty(Directory.EnumerateFiles(scratch.At("cut"), "*.tmp", SearchOption.AllDirectories));

        Assert.Equal(0, Run(plan, scratch.At("cut")));
        foreach (
            string file in new[] { "scores.parquet", "tuned/layers.parquet", "policies/fisher/adapter/adapter_model.safetensors",
                "policies/fisher/eval.json" })
        {
            Assert.True(
                File.ReadAllBytes(scratch.At("whole", file)).AsSpan().SequenceEqual(File.ReadAllBytes(scratch.At("cut", file))), file);
        }

        // What select makes of the stored scores is what the run selected.
        Assert.Equal(0, FloeProcess.Run(
            "select", scratch.At("whole", "scores.parquet"), "--statistics", scratch.At("whole", "statistics.parquet"), "--n", "3", "--out",
                scratch.At("again")).Code);
        Assert.Equal(File.ReadAllBytes(scratch.At("whole", "masks.parquet")), File.ReadAllBytes(scratch.At("again", "masks.parquet")));
        Assert.Equal(File.ReadAllBytes(scratch.At("whole", "layers.parquet")), File.ReadAllBytes(scratch.At("again", "layers.parquet")));

        foreach (
            string part in new[] { "adapted", "", "compare.json", "policies/fisher/plan.json", "policies/fisher/eval.json",
                "policies/fisher/run.jsonl", "plan.yaml" })
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
