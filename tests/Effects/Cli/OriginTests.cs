using System.Text.Json.Nodes;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>
/// Wherever two files that are used together name a model, an adapter or a sample, they are compared: every command that takes two of them,
/// with those of one model, which is taken, and of two, which is refused with both named.
/// </summary>
[Collection(Collected)]
public sealed class OriginTests(OriginTests.Folders folders)
{
    /// <summary>Tests on the same collections.</summary>
    public const string Collected = "collected on two models";

    /// <summary>Command lines in which a letter before a slash is a model's folder: a is the embedded one, b has its weights under another
    /// rope_theta.</summary>
    public static TheoryData<string> Mixed =>
    [
        "merge a/shards/00.parquet X/shards/01.parquet --out OUT/merged.parquet",
        "select a/scores.parquet --statistics X/statistics.parquet --n 2 --out OUT",
        "select a/scores.parquet --shards X/shards --n 2 --out OUT",
        "select a/scores.parquet --tune X/normal.parquet --n 2 --out OUT",
        "tune a/scores.parquet --masks X/masks.parquet --model A --data DATA --n 2 --out OUT",
        "tune a/scores.parquet --masks a/masks.parquet --model M --data DATA --n 2 --out OUT",
        "tune a/scores.parquet --statistics X/statistics.parquet --masks a/masks.parquet --model A --data DATA --n 2 --out OUT",
        "allocate a/layers.parquet --model M --parameters 100000 --out OUT",
        "allocate a/layers.parquet --layers X/layers.parquet --parameters 100000 --out OUT",
        "adapt --model M --data DATA --layers a/layers.parquet --steps 1 --out OUT",
        "adapt --model M --data DATA --plan a/plan.json --steps 1 --out OUT",
        "report MIX --out OUT/report.html",
    ];

    [Theory]
    [MemberData(nameof(Mixed))]
    public void FilesOfAnotherModelAreRefusedAndThoseOfTheSameAreNot(string line)
    {
        FloeProcess same = Embedded.Run(folders.Line(line, "a"));
        Assert.True(same.Code == 0, same.Error);
        FloeProcess mixed = Embedded.Run(folders.Line(line, "b"));
        Assert.True(mixed.Code == 3, $"{mixed.Code}: {mixed.Out}{mixed.Error}");
        Assert.Contains("rope_theta 10000", mixed.Error, StringComparison.Ordinal);
        Assert.Contains("rope_theta 777", mixed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("merge a/scores.parquet a/scores.parquet --out OUT/merged.parquet", "floe.data")]
    [InlineData("merge a/shards/03.parquet a/shards/04.parquet a/shards/03.parquet --out OUT/merged.parquet", "floe.data")]
    [InlineData("merge a/shards/03.parquet a/scores.parquet --out OUT/merged.parquet", "floe.data")]
    [InlineData("merge a/scores.parquet other/scores.parquet --out OUT/merged.parquet", "floe.data")]
    [InlineData("select other/scores.parquet --shards short/shards --n 2 --out OUT", "floe.data")]
    [InlineData("select other/scores.parquet --statistics short/statistics.parquet --n 2 --out OUT", "floe.data")]
    [InlineData("merge a/shards/03.parquet adapted/scores.parquet --out OUT/merged.parquet", "floe.adapter")]
    [InlineData("select a/scores.parquet --statistics adapted/statistics.parquet --n 2 --out OUT", "floe.adapter")]
    [InlineData("tune a/scores.parquet --masks a/masks.parquet --model A --adapter ADAPTER --data DATA --n 2 --out OUT", "floe.adapter")]
    [InlineData("tune adapted/scores.parquet --masks adapted/masks.parquet --model A --data DATA --n 2 --out OUT", "floe.adapter")]
    [InlineData(
        "tune adapted/scores.parquet --masks adapted/masks.parquet --model A --adapter ANOTHER --data DATA --n 2 --out OUT",
            "floe.adapter")]
    public void TheSameSampleTwiceAndOtherSamplesAndAdaptersAreRefused(string line, string key)
    {
        FloeProcess floe = Embedded.Run(folders.Line(line, "a"));
        Assert.True(floe.Code == 3, $"{floe.Code}: {floe.Out}{floe.Error}");
        Assert.Contains(key, floe.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eval --model M --data DATA --adapter ADAPTER")]
    [InlineData("generate --model M --prompt a --tokens 1 --adapter ADAPTER")]
    [InlineData("collect --model M --data DATA --adapter ADAPTER --tokens 32 --no-statistics --out OUT")]
    [InlineData("tune X/scores.parquet --masks X/masks.parquet --model M --adapter ADAPTER --data DATA --n 2 --out OUT")]
    public void AnAdapterOfAnotherBaseModelIsNamedWithBothModels(string line)
    {
        Assert.DoesNotContain("was trained on", Embedded.Run(folders.Line(line, "a")).Error, StringComparison.Ordinal);
        FloeProcess mixed = Embedded.Run(folders.Line(line, "b"));
        Assert.Contains(
            "adapter was trained on default (rope_theta 10000), and this model is model-b (rope_theta 777)", mixed.Error,
                StringComparison.Ordinal);
    }

    [Fact]
    public void AllPartsOfASampleAreTheSample()
    {
        string[] shards = Directory.GetFiles(folders.At("a", "shards"));
        Embedded.Done(["merge", .. shards, "--out", folders.At("whole.parquet")]);
        Embedded.Done(["merge", .. shards.Skip(1), "--out", folders.At("most.parquet")]);
        Option<string> sample = Data("a", "scores.parquet");
        Assert.True(sample.IsSome);
        Assert.Equal(sample, Data("whole.parquet"));
        Assert.NotEqual(sample, Data("most.parquet"));
        Assert.Equal(3, Embedded.Run("merge", folders.At("most.parquet"), shards[2], "--out", folders.At("x.parquet")).Code);
        Embedded.Done("merge", folders.At("most.parquet"), shards[0], "--out", folders.At("x.parquet"));
        Assert.Equal(File.ReadAllBytes(folders.At("whole.parquet")), File.ReadAllBytes(folders.At("x.parquet")));
    }

    [Fact]
    public void RankingsOfTwoModelsAreComparedWithAWord()
    {
        Assert.Equal("", Embedded.Done("compare", folders.At("a", "layers.parquet"), folders.At("other", "layers.parquet")).Error);
        FloeProcess two = Embedded.Done("compare", folders.At("a", "layers.parquet"), folders.At("b", "layers.parquet"));
        Assert.Contains("rope_theta 777", two.Error, StringComparison.Ordinal);
    }

    private Option<string> Data(params string[] path) => Errors.Value(ScoreTables.Read(folders.At(path))).Metadata.Data;

    /// <summary>Makes the collections once for all of these tests.</summary>
    [CollectionDefinition(Collected)]
    public sealed class Together : ICollectionFixture<Folders>;

    /// <summary>Collections on two models and three samples, with their selections and plans.</summary>
    public sealed class Folders : IDisposable
    {
        private readonly Scratch scratch = new();
        private readonly string model, sample;
        private int calls;

        public Folders()
        {
            sample = Embedded.Sample(scratch);
            model = Embedded.Copy(scratch, "model-b");
            string config = Path.Combine(model, "config.json");
            JsonNode root = JsonNode.Parse(File.ReadAllText(config))!;
            root["rope_theta"] = 777;
            File.WriteAllText(config, root.ToJsonString());
            File.WriteAllLines(scratch.At("short.jsonl"), File.ReadLines(sample).Take(4));
            Embedded.Done("adapt", "--model", Embedded.Model, "--data", sample, "--layers", "1", "--steps", "1", "--out", At("adapter"));
            Embedded.Done(
                "adapt", "--model", Embedded.Model, "--data", sample, "--layers", "1", "--steps", "1", "--seed", "3", "--out",
                    At("another"));
            Collect("a", Embedded.Model, sample, "--equations");
            Collect("b", model, sample, "--equations");
            Collect("short", Embedded.Model, scratch.At("short.jsonl"));
            Collect("other", Embedded.Model, sample);
            Collect("adapted", Embedded.Model, sample, "--adapter", At("adapter"));
            Embedded.Done("allocate", At("a", "layers.parquet"), "--parameters", "100000", "--out", At("a"));
        }

        public void Dispose() => scratch.Dispose();

        public string At(params string[] path) => scratch.At(path);

        public string[] Line(string line, string other)
        {
            string output = $"out{calls++}";
            string mixed = $"mixed{calls}";
            Directory.CreateDirectory(At(mixed));
            File.Copy(At("a", "scores.parquet"), At(mixed, "scores.parquet"));
            File.Copy(At(other, "layers.parquet"), At(mixed, "layers.parquet"));
            return [.. line.Split(' ').Select(word => word switch
            {
                "A" => Embedded.Model,
                "M" => other == "a" ? Embedded.Model : model,
                "DATA" => sample,
                "MIX" => At(mixed),
                "ADAPTER" => At("adapter"),
                "ANOTHER" => At("another"),
                _ when word.StartsWith("OUT", StringComparison.Ordinal) => At(output + word[3..]),
                _ when word.StartsWith("X/", StringComparison.Ordinal) => At(other + word[1..]),
                _ when word.Contains('/', StringComparison.Ordinal) => At(word),
                _ => word,
            })];
        }

        private void Collect(string name, string from, string data, params string[] options)
        {
            Embedded.Done(
                ["collect", "--model", from, "--data", data, "--tokens", "32", "--no-statistics", "--per-sample", "--out", At(name),
                    .. options]);
            Embedded.Done("select", At(name, "scores.parquet"), "--n", "2", "--out", At(name));
        }
    }
}
