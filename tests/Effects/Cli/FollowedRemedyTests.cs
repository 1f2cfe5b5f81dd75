using Floe.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>
/// Every remedy that names an option or a command is followed and helps: a call that raises it, and the call that it leads to. A remedy
/// that is new in the sources and has no case here fails.
/// </summary>
[Collection(OriginTests.Collected)]
public sealed class FollowedRemedyTests(OriginTests.Folders folders)
{
    private const string Ranks = "ranks PLAN --ranks 1-2 --trials 1 --seeds 1 --sampler grid --layers 1";

    // In a line A is the embedded model, DATA its sample, ADAPTER one of it, a/ and b/ collections on two models, OUT a fresh folder.
    // A remedy that cannot be raised on every machine says where it is tested instead.
    private static readonly (string Remedy, string? Refused, string Followed)[] Cases =
    [
        ("Use --device cpu.", "eval --model A --data DATA --device cuda", "eval --model A --data DATA --device cpu"),
        ("Use the adapter beside its model (--adapter).", "merge A --adapter ADAPTER --out OUT",
            "eval --model A --data DATA --adapter ADAPTER"),
        ("Wait until it has ended, or name another folder with --out.", "select a/scores.parquet --n 2 --out held/",
            "select a/scores.parquet --n 2 --out OUT"),
        ("Give its base model as --model, and this folder as --adapter.", "eval --model ADAPTER --data DATA",
            "eval --model A --data DATA --adapter ADAPTER"),
        ("Give it as --model, or the folder of an adapter here.", "eval --model A --data DATA --adapter A",
            "eval --model A --data DATA --adapter ADAPTER"),
        ("Give a folder of its own with --out.", "convert model-b/ --out model-b/", "convert model-b/ --out OUT"),
        ("Give the {Source(policy)} (--statistics FILE), or choose another policy.",
            "select a/scores.parquet --policy weight-norm --n 2 --out OUT",
            "select a/scores.parquet --policy weight-norm --n 2 --statistics a/statistics.parquet --out OUT"),
        ("Lower the numbers, or give more --layers.",
            "ranks PLAN --ranks 1-2 --trials 1 --seeds 1 --counts 13 --layers a/layers.parquet --out OUT",
            "ranks PLAN --ranks 1-2 --trials 1 --seeds 1 --counts 1 --layers a/layers.parquet --out OUT"),
        ("Collect the equations with the scores: floe collect --equations.",
            "select a/scores.parquet --tune b/normal.parquet --n 2 --out OUT",
            "select a/scores.parquet --tune a/normal.parquet --n 2 --out OUT"),
        ("Collect with --per-sample into a new folder.", "select a/scores.parquet --shards short/shards --n 2 --out OUT",
            "select a/scores.parquet --shards a/shards --n 2 --out OUT"),
        ("Give the folder that floe run wrote.", "report missing/run --out OUT/report.html", "report MIX --out OUT/report.html"),
        ("Give the store of a study, and --name where it holds several.", "ranks export STORE --name nobody --out OUT",
            "ranks export STORE --name tiny --out OUT"),
        ("Give another --store, or another --name in this one.", $"{Ranks} --name tiny --store STORE --out OUT --on train",
            $"{Ranks} --name other --store STORE --out OUT --on train"),
        ("Give another --store, or a --name to begin a study beside it.",
            $"{Ranks} --store STORE --out OUT".Replace("PLAN", "RENAMED", StringComparison.Ordinal),
            $"{Ranks} --store STORE --out OUT --name renamed".Replace("PLAN", "RENAMED", StringComparison.Ordinal)),
        ("Leave --experts out, or choose kind: hydra in the plan.", $"{Ranks} --experts 1,2 --out OUT", $"{Ranks} --out OUT"),
        ("Give the text of the prompt alone, or type it after --prompt.", "generate --model A --text DATA --tokens 1",
            "generate --model A --prompt a --tokens 1"),
        ("Write floe experiment selection PLAN.", "experiment selections PLAN --out OUT",
            "experiment selection PLAN --layers 1 --seeds 1 --random 1 --out OUT"),
        ("Correct the word, or leave --dtype out.", "run PLAN --dtype float8 --dry-run --out OUT", "run PLAN --dry-run --out OUT"),
        (" See '{path} --help'.", "eval --nope", "eval --help"),
        ("Cut the samples (--length), or take fewer virtual tokens.",
            "adapt --model A --data DATA --kind prefix --layers 1 --virtual-tokens 127 --steps 1 --out OUT",
            "adapt --model A --data DATA --kind prefix --layers 1 --virtual-tokens 4 --steps 1 --out OUT"),
        ("Shorten it, or lower --tokens.", "generate --model A --prompts DATA --tokens 127",
            "generate --model A --prompts DATA --tokens 1"),
        ("Give --train FILE.", "probe --model A --adapter ADAPTER --data DATA --policies progressive --steps 1 --out OUT",
            "probe --model A --adapter ADAPTER --data DATA --policies progressive --steps 1 --train DATA --out OUT"),
        // Where bfloat16 is fast nothing is refused (WeightTypeTests).
        ("Leave --dtype out: float32 is faster here.", null, "run PLAN --dry-run --out OUT"),
        // Equations of the masked stream come from programs alone (StoredEquationsTests).
        ("Collect with floe collect --equations, or tune with the model: floe tune.", null,
            "select a/scores.parquet --tune a/normal.parquet --n 2 --out OUT"),
        // MLX's folders stand in MlxAdapterTests, which opens them with their base model.
        ("Name the base model (floe inspect FOLDER --model MODEL).", null, "inspect ADAPTER --model A"),
        // An option of llama2.c's exporter, which Llama2cTests has files of.
        ("Export the model with --version 1.", null, "inspect A"),
    ];

    public static TheoryData<string> Remedies => [.. Cases.Select(one => one.Remedy)];

    [Fact]
    public void EveryRemedyThatNamesAnOptionOrACommandIsHere()
    {
        string[] known = [.. Cases.Select(one => one.Remedy)];
        (string File, string Text)[] found = [.. RemedyTests.NamingRemedies()];
        Assert.InRange(found.Length, 20, 100);
        Assert.Equal([], found.Where(one => !known.Contains(one.Text)).Select(one => $"{one.File}: {one.Text}"));
        Assert.Equal([], known.Except(RemedyTests.Literals().Select(one => one.Text)));
    }

    [Theory]
    [MemberData(nameof(Remedies))]
    public void TheRemedyIsFollowedAndHelps(string remedy)
    {
        (_, string? refused, string followed) = Cases.First(one => one.Remedy == remedy);
        using IDisposable held = Errors.Value(FolderLock.Take(folders.At("held"), "floe other"));
        if (refused is not null)
        {
            FloeProcess wrong = Embedded.Run(Line(refused));
            Assert.True(wrong.Code is >= 2 and <= 4, $"{wrong.Code}: {wrong.Out}{wrong.Error}");
            Assert.All(remedy.Split('{', '}').Where((_, i) => i % 2 == 0), part =>
                Assert.Contains(part.Trim(), wrong.Error.ReplaceLineEndings(" "), StringComparison.Ordinal));
        }

        Embedded.Done(Line(followed));
    }

    private string[] Line(string line) =>
        [.. folders.Line(line, "a").Select(word => word switch
        {
            "PLAN" => Plan("tiny"),
            "RENAMED" => Plan("renamed"),
            "STORE" => Store(),
            _ => word,
        })];

    private string Plan(string name)
    {
        string plan = folders.At($"{name}.yaml"), data = folders.At("sample.jsonl");
        File.WriteAllText(plan, $$"""
            name: {{name}}
            model: {{Embedded.Model}}
            length: 24
            sample: [{ data: {{data}}, take: 2 }]
            train: [{ data: {{data}}, skip: 2, take: 2 }]
            heldout: [{ data: {{data}}, skip: 6, take: 2 }]
            calibration: { sequences: 1, tokens: 16 }
            adapter: { kind: lora }
            sample_training: { steps: 1, batch: 2 }
            training: { steps: 1, batch: 2 }
            selection: { tuning: none }
            policies: [last]
            """);
        return plan;
    }

    private string Store()
    {
        string store = folders.At("study.jsonl");
        if (!File.Exists(store))
        {
            Embedded.Done([.. Line($"{Ranks} --out OUT"), "--store", store]);
        }

        return store;
    }
}
