using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>What the commands that load a model make of bad input: one clear error, its exit code, and nothing written.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string sample;

    public BadInputTests() => sample = Embedded.Sample(scratch);

    /// <summary>A command, by the words that follow --model and --data.</summary>
    public static TheoryData<string> Commands =>
        ["eval", "adapt --steps 2", "collect --tokens 32 --no-statistics --equations", "tune", "generate --tokens 2 --prompt boat",
            "eval --text"];

    public void Dispose() => scratch.Dispose();

    /// <summary>What is wrong of an adapter or of data is found before any weight is read: LibTorch is not even loaded.</summary>
    [Theory]
    [InlineData("eval --model M --data S --adapter nowhere", "no such file or folder")]
    [InlineData("eval --model M --data S --adapter M", "Give it as --model, or the folder of an adapter here.")]
    [InlineData("eval --model M --data nowhere.jsonl", "no such file")]
    [InlineData("eval --model M --text nowhere.txt", "no such file")]
    [InlineData("generate --model M --prompt a --adapter nowhere", "no such file or folder")]
    [InlineData("collect --model M --data nowhere.jsonl", "no such file")]
    [InlineData("collect --model M --data S --text nowhere.txt", "no such file")]
    [InlineData("collect --model M --data S --adapter nowhere", "no such file or folder")]
    [InlineData("adapt --model M --layers 1 --data nowhere.jsonl", "no such file")]
    public void FilesAreFoundWrongBeforeWeightsAreRead(string line, string said)
    {
        string[] words = [
            .. line.Split(' ')
                .Select(word =>
                    word switch { "M" =>
                        Embedded.Model, "S" =>
                            sample, _ when word.StartsWith("nowhere", StringComparison.Ordinal) => scratch.At(word), _ => word })];
        FloeProcess floe = OfflineTests.WhatIsLoaded(scratch.Folder, words);
        Assert.InRange(floe.Code, 3, 4);
        Assert.Contains(said, floe.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", floe.Out, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A path that holds something else than what was asked for: the message says what to give.</summary>
    [Theory]
    [InlineData("--model A --data S", "Give its base model as --model, and this folder as --adapter.")]
    [InlineData("--model UP --data S", "Give UP/m.")]
    [InlineData("--model UP/m/model.safetensors --data S", "Give the folder that it is in: UP/m.")]
    [InlineData("--model someone/a-model --data S", "Floe opens folders and files, not names on a hub")]
    [InlineData("--model M --data S --adapter UP", "Give one of them, such as UP/b.")]
    [InlineData("--model M --data S --adapter A/adapter_model.safetensors", "Give the folder that it is in: A.")]
    [InlineData("--model M --data S --adapter A/adapter_config.json", "Give the folder that it is in: A.")]
    [InlineData("--model  --data S", "--model: expected a path, found an empty text")]
    [InlineData("--model M --data ", "--data: expected a path, found an empty text")]
    [InlineData("--model M --data S --adapter ", "--adapter: expected a path, found an empty text")]
    public void WhatStandsAtAPathInsteadIsSaid(string line, string said)
    {
        string up = scratch.At("up");
        foreach (string adapter in new[] { "a", "b" })
        {
            Directory.CreateDirectory(Path.Combine(up, adapter));
            File.WriteAllText(Path.Combine(up, adapter, "adapter_config.json"), "{}");
            File.WriteAllText(Path.Combine(up, adapter, "adapter_model.safetensors"), "");
        }

        Directory.CreateDirectory(Path.Combine(up, "m"));
        File.WriteAllText(Path.Combine(up, "m", "config.json"), "{}");
        File.WriteAllText(Path.Combine(up, "m", "model.safetensors"), "");

        // In one pass: the folder's own name may have these letters.
        string Named(string text) => Regex.Replace(text, @"UP|A(?=/)|(?<=: )A(?=\.)", found => found.Value == "UP" ? up : $"{up}/a");
        FloeProcess floe = Embedded.Run(
            ["eval", .. line.Split(' ')
                .Select(word => word switch { "M" => Embedded.Model, "S" => sample, "A" => Path.Combine(up, "a"), _ => Named(word) })]);
        Assert.InRange(floe.Code, 2, 4);
        Assert.Contains(Named(said), floe.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AKeyThatIsThereTwiceIsNoBugWhereAFileIsLookedAt()
    {
        File.WriteAllText(scratch.At("twice.jsonl"), "{\"text\":\"a\",\"text\":\"b\"}\n");
        FloeProcess floe = Embedded.Run("inspect", scratch.At("twice.jsonl"));
        Assert.Equal(3, floe.Code);
        Assert.Contains("the key `text` a second time", floe.Error, StringComparison.Ordinal);
    }

    /// <summary>Those that take any model: the tables that tune reads name theirs, and another one is refused before its weights
    /// matter.</summary>
    public static TheoryData<string> OfAnyModel =>
        [.. ((IEnumerable<object[]>)Commands).Select(row => (string)row[0]).Where(command => command != "tune")];

    [Theory]
    [MemberData(nameof(OfAnyModel))]
    public void AWeightThatIsNotANumberIsExitCode3(string command)
    {
        string model = Embedded.Copy(scratch, "nan"), file = Path.Combine(model, "model.safetensors");
        byte[] bytes = File.ReadAllBytes(file);
        int header = BitConverter.ToInt32(bytes), at = JsonNode.Parse(bytes.AsSpan(8, header))![
            "model.layers.3.mlp.up_proj.weight"]!["data_offsets"]![0]!.GetValue<int>();
        BitConverter.GetBytes((ushort)0x7FC0).CopyTo(bytes, 8 + header + at);
        File.WriteAllBytes(file, bytes);
        Refused(Line(command, model, sample), 3, "finite");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void AModelOfAnotherKindOrShapeIsExitCode3(string command)
    {
        Refused(Line(command, Changed("family", c => c["model_type"] = "mamba"), sample), 3, "the architecture mamba is not supported");
        Refused(Line(command, Changed("shape", c => c["hidden_size"] = 64), sample), 3, "the shape [");
        string lacking = Embedded.Copy(scratch, "lacking");
        File.Delete(Path.Combine(lacking, "model.safetensors"));
        Refused(Line(command, lacking, sample), 3, "model.safetensors");
        Refused(Line(command, scratch.At("nowhere"), sample), 4, scratch.At("nowhere"));
    }

    [Theory]
    [InlineData("eval")]
    [InlineData("adapt --steps 2")]
    [InlineData("collect --tokens 32 --no-statistics")]
    [InlineData("tune")]
    public void DataThatIsEmptyMissingOrLongerThanTheContextIsAnError(string command)
    {
        File.WriteAllText(scratch.At("empty.jsonl"), "\n");
        File.WriteAllText(
            scratch.At("long.jsonl"), new JsonObject { ["prompt"] = "Tags of boat:", ["completion"] = string.Concat(
                Enumerable.Repeat(" boat", 300)) }.ToJsonString() + "\n");
        Refused(Line(command, Embedded.Model, scratch.At("empty.jsonl")), 3, "at least one sample");
        Refused([
            .. Line(command, Embedded.Model, scratch.At("long.jsonl")), "--length", "512"], 3,
                "long.jsonl, line 1: expected at most 128 tokens, the model's context");
        Refused(Line(command, Embedded.Model, scratch.At("nowhere.jsonl")), 4, scratch.At("nowhere.jsonl"));
    }

    [Fact]
    public void ASampleLongerThanTheContextIsReadWhereItIsCut()
    {
        File.WriteAllText(
            scratch.At("long.jsonl"), new JsonObject { ["prompt"] = "Tags of boat:", ["completion"] = string.Concat(
                Enumerable.Repeat(" boat", 300)) }.ToJsonString() + "\n");
        foreach (string[] length in (string[][])[[], ["--length", "128"]])
        {
            FloeProcess floe = Embedded.Done(["eval", "--model", Embedded.Model, "--data", scratch.At("long.jsonl"), .. length]);
            Assert.Contains(
                "warning: " + scratch.At("long.jsonl") + ": 1 of 1 samples are cut to 128 tokens", floe.Error, StringComparison.Ordinal);
        }

        File.WriteAllText(scratch.At("long.txt"), string.Concat(Enumerable.Repeat(" boat", 300)));
        Embedded.Done("eval", "--model", Embedded.Model, "--text", scratch.At("long.txt"));
        Refused(["generate", "--model", Embedded.Model, "--prompt", "boat", "--tokens", "400"], 3, "the model's context");
    }

    [Fact]
    public void ATensorTypeThatGgufDoesNotHaveIsExitCode3()
    {
        string? whole = Directory.GetFiles(FixtureFolders.At("gguf", "model"), "llama_gqa*.gguf")
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        Assert.NotNull(whole);
        byte[] bytes = File.ReadAllBytes(whole);
        byte[] name = Encoding.ASCII.GetBytes("blk.0.ffn_up.weight");
        int at = bytes.AsSpan().IndexOf(name) + name.Length;
        BitConverter.GetBytes(77).CopyTo(bytes, at + 4 + (8 * BitConverter.ToInt32(bytes, at)));
        File.WriteAllBytes(scratch.At("type.gguf"), bytes);
        Refused(Line("eval", scratch.At("type.gguf"), sample), 3, "type 77");
        Refused(["inspect", scratch.At("type.gguf")], 3, "type 77");
    }

    [Fact]
    public void InspectReadsAModelWithAnotherKindOfTokenizerButNotWithABrokenOne()
    {
        string whole = Directory.GetFiles(FixtureFolders.At("gguf", "model"), "llama_gqa*.gguf").Order(StringComparer.Ordinal).First();
        byte[] other = Valued(
            File.ReadAllBytes(whole), "tokenizer.ggml.model"), broken = Valued(File.ReadAllBytes(whole), "tokenizer.ggml.pre");
        File.WriteAllBytes(scratch.At("other.gguf"), other);
        File.WriteAllBytes(scratch.At("broken.gguf"), broken);
        FloeProcess inspected = FloeProcess.Run("inspect", scratch.At("other.gguf"));
        Assert.True(inspected.Code == 0, inspected.Error);
        Assert.Contains("is not supported", inspected.Out, StringComparison.Ordinal);
        Refused(["inspect", scratch.At("broken.gguf")], 3, "xxxx");

        // The text of a key, every letter an x: after the key lie its type (4 bytes) and the text's length (8).
        static byte[] Valued(byte[] bytes, string key)
        {
            int at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(key)) + key.Length + 4;
            bytes.AsSpan(at + 8, BitConverter.ToInt32(bytes, at)).Fill((byte)'x');
            return bytes;
        }
    }

    [SmallDiskFact]
    public void AFullDiskIsExitCode4AndLeavesNoHalfWrittenFile()
    {
        using SmallDisk disk = SmallDisk.Mount(1);
        string adapter = Path.Combine(disk.Folder, "adapter"), scores = Path.Combine(disk.Folder, "scores");
        Full("adapt", "--model", Embedded.Model, "--data", sample, "--steps", "2", "--rank", "64", "--out", adapter);
        Assert.False(File.Exists(Path.Combine(adapter, "adapter_model.safetensors")));
        Full("collect", "--model", Embedded.Model, "--data", sample, "--tokens", "32", "--no-statistics", "--equations", "--out", scores);
        Assert.False(File.Exists(Path.Combine(scores, "normal.parquet")));
        Assert.Empty(Directory.GetFiles(disk.Folder, ".*.tmp", SearchOption.AllDirectories));

        // What was written is sound, but only a part: it is read once the mark that says so is gone.
        string written = Path.Combine(scores, "scores.parquet");
        Assert.Contains("floe collect has begun and not finished", Embedded.Run("inspect", written).Error, StringComparison.Ordinal);
        File.Delete(Path.Combine(scores, ".unfinished-floe-collect"));
        Embedded.Done("inspect", written);
    }

    private static void Full(params string[] args)
    {
        FloeProcess floe = Embedded.Run(args);
        Assert.True(floe.Code == 4, $"{floe.Code}: {floe.Error}");
        Assert.Contains("Free space", floe.Error, StringComparison.Ordinal);
    }

    private string Changed(string name, Action<JsonObject> change)
    {
        string folder = Embedded.Copy(scratch, name), file = Path.Combine(folder, "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        change(config);
        File.WriteAllText(file, config.ToJsonString());
        return folder;
    }

    private string[] Line(string command, string model, string data)
    {
        string[] words = command.Split(' ');
        return words switch
        {
            ["tune"] =>
                ["tune", Scores(), "--masks", scratch.At("selection", "masks.parquet"), "--model", model, "--data", data, "--out",
                    scratch.At("out")],
            ["eval", "--text"] => ["eval", "--model", model, "--text", data],
            ["eval"] => ["eval", "--model", model, "--data", data],
            ["generate", ..] => [.. words, "--model", model],
            _ => [.. words, "--model", model, "--data", data, "--out", scratch.At("out")],
        };
    }

    // Scores and masks of the embedded model, made once a test.
    private string Scores()
    {
        string folder = scratch.At("collected"), scores = Path.Combine(folder, "scores.parquet");
        if (!File.Exists(scores))
        {
            Embedded.Done("collect", "--model", Embedded.Model, "--data", sample, "--tokens", "32", "--no-statistics", "--out", folder);
            Embedded.Done("select", scores, "--out", scratch.At("selection"));
        }

        return scores;
    }

    private void Refused(string[] line, int code, string part)
    {
        FloeProcess floe = Embedded.Run(line);
        Assert.True(floe.Code == code, $"{string.Join(' ', line)}: {floe.Code}, {floe.Out}{floe.Error}");
        Assert.Contains(part, floe.Error, StringComparison.Ordinal);
        Assert.Equal("", floe.Out);
        Assert.False(
            Directory.Exists(scratch.At("out"))
                && Directory.EnumerateFiles(scratch.At("out"), "*", SearchOption.AllDirectories).Any(), "something was written");
    }
}
