using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Floe.Cli.Commands;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Scores;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Cli;

public class OfflineTests
{
    private static readonly ModelShape Small = new(6, 4, 2, 24, 32, 8);

    [Fact]
    public void SelectPrintsWhatProgramsNeedAndWritesBothTables()
    {
        using Scratch scratch = new();
        Write(scratch.At("scores.parquet"), Small, 1);
        FloeProcess floe = FloeProcess.Run(
            "select", scratch.At("scores.parquet"), "--n", "2", "--budget", "0.4", "--out", scratch.At("a"), "--json");
        Assert.Equal((0, ""), (floe.Code, floe.Error));
        using JsonDocument json = JsonDocument.Parse(floe.Out);
        JsonElement root = json.RootElement;
        Assert.True(root.GetProperty("keptFisher").GetDouble() <= root.GetProperty("bound").GetDouble());
        Assert.Equal(
            root.GetProperty("bound").GetDouble() - root.GetProperty("keptFisher").GetDouble(), root.GetProperty("gap").GetDouble(), 12);
        JsonElement[] layers = [.. root.GetProperty("layers").EnumerateArray()];
        Assert.Equal(Small.Layers, layers.Length);
        Assert.Equal(2, layers.Count(l => l.GetProperty("selected").GetBoolean()));
        Assert.All(layers, l => Assert.Equal(l.GetProperty("rank").GetInt32() < 2, l.GetProperty("selected").GetBoolean()));
        Assert.Equal(
            layers.Select(l => l.GetProperty("importance").GetDouble()),
            LayerTables.Read(scratch.At("a", "layers.parquet"))
                .Match(Right: f =>
                    f.Rows.Select(r => r.Importance).AsEnumerable(), Left: e => throw new InvalidOperationException(e.Message)));
        Assert.True(MaskTables.Read(scratch.At("a", "masks.parquet")).IsRight);
    }

    [Fact]
    public void TheConfigurationForPeftNamesTheSelectedLayers()
    {
        using Scratch scratch = new();
        Write(scratch.At("scores.parquet"), Small, 1);
        string config = scratch.At("peft", "adapter_config.json");
        FloeProcess floe = FloeProcess.Run(
            "select", scratch.At("scores.parquet"), "--n", "2", "--out", scratch.At("a"), "--peft-config", config);
        Assert.Equal((0, ""), (floe.Code, floe.Error));
        AdapterConfig read = AdapterConfigFile.Read(config).IfLeft(e => throw new InvalidOperationException(e.Message));
        Assert.Equal(("tiny", 8, 32.0, 0.05), (read.BaseModel, read.Rank, read.Alpha, read.Dropout));
        Assert.Equal(
            LayerTables.Read(scratch.At("a", "layers.parquet")).Match(
                Right: f =>
                    f.Rows.AsEnumerable().Where(row => row.Selected).Select(row => row.Layer).ToArray(), Left: e =>
                        throw new InvalidOperationException(e.Message)),
            read.Layers.Match(Some: layers => layers.ToArray(), None: () => []));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(config));
        Assert.Equal("LORA", json.RootElement.GetProperty("peft_type").GetString());
        Assert.False(json.RootElement.GetProperty("inference_mode").GetBoolean());
    }

    [Theory]
    [InlineData("LC_ALL=de_DE.UTF-8 TZ=Asia/Kathmandu DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0")]
    [InlineData("LC_ALL=C TZ=UTC")]
    public void SameScoresSameBytesInEveryCultureAndTimeZone(string environment)
    {
        using Scratch scratch = new();
        string scores = scratch.At("scores.parquet");
        Write(scores, Small, 2);
        Assert.Equal(0, FloeProcess.Run("select", scores, "--out", scratch.At("a")).Code);
        Assert.Equal(0, FloeProcess.Shell($"export {environment}; floe select '{scores}' --out '{scratch.At("b")}'").Code);
        foreach (string name in new[] { "masks.parquet", "layers.parquet" })
        {
            Assert.Equal(File.ReadAllBytes(scratch.At("a", name)), File.ReadAllBytes(scratch.At("b", name)));
        }
    }

    [Fact]
    public void ShardsMergeToTheSameBytesInEveryOrderAndGrouping()
    {
        using Scratch scratch = new();
        string[] shards = [.. Enumerable.Range(0, 4).Select(i => scratch.At($"{i}.parquet"))];
        for (int i = 0; i < shards.Length; i++)
        {
            Write(shards[i], Small, 10 + i);
        }

        Merge(scratch.At("all"), shards);
        Merge(scratch.At("reversed"), [.. shards.Reverse()]);
        Merge(scratch.At("left"), shards[..2]);
        Merge(scratch.At("right"), shards[2..]);
        Merge(scratch.At("grouped"), [scratch.At("right"), scratch.At("left")]);
        Assert.Equal(File.ReadAllBytes(scratch.At("all")), File.ReadAllBytes(scratch.At("reversed")));
        Assert.Equal(File.ReadAllBytes(scratch.At("all")), File.ReadAllBytes(scratch.At("grouped")));
    }

    [Fact]
    public void ShardsGiveEachRankAnInterval()
    {
        using Scratch scratch = new();
        string[] shards = [.. Enumerable.Range(0, 6).Select(i => scratch.At("shards", $"{i}.parquet"))];
        for (int i = 0; i < shards.Length; i++)
        {
            Write(shards[i], Small, 20 + i);
        }

        Merge(scratch.At("scores.parquet"), shards);
        FloeProcess floe = FloeProcess.Run(
            "select", scratch.At("scores.parquet"), "--shards", scratch.At("shards"), "--replicates", "50", "--level", "0.8", "--n", "3",
                "--out", scratch.At("a"), "--json");
        Assert.True(floe.Code == 0, floe.Error);
        using JsonDocument json = JsonDocument.Parse(floe.Out);
        JsonElement[] layers = [.. json.RootElement.GetProperty("layers").EnumerateArray()];
        Assert.All(
            layers, l => Assert.InRange(l.GetProperty("rankHigh").GetInt32(), l.GetProperty("rankLow").GetInt32(), Small.Layers - 1));
        Assert.Equal(3, layers.Sum(l => l.GetProperty("selectedShare").GetDouble()), 9);
        LayerFile stored = LayerTables.Read(scratch.At("a", "layers.parquet"))
            .Match(Right: f => f, Left: e => throw new InvalidOperationException(e.Message));
        Assert.True(stored.Rows.ForAll(r => r.Interval.IsSome));
        Assert.Equal(Prelude.Some(0.8), stored.Level);
    }

    [Fact]
    public void SweepAndCompareShowHowRankingsMove()
    {
        using Scratch scratch = new();
        Write(scratch.At("scores.parquet"), Small, 6);
        using JsonDocument sweep = Json("sweep", scratch.At("scores.parquet"), "--budgets", "0.2,0.5,0.8", "--n", "2", "--json");
        JsonElement[] budgets = [.. sweep.RootElement.GetProperty("budgets").EnumerateArray()];
        Assert.Equal([0.2, 0.5, 0.8], budgets.Select(b => b.GetProperty("budget").GetDouble()));
        Assert.Equal(JsonValueKind.Null, budgets[0].GetProperty("spearman").ValueKind);
        Assert.InRange(budgets[1].GetProperty("spearman").GetDouble(), -1, 1);

        using JsonDocument path = Json("sweep", scratch.At("scores.parquet"), "--path", "--n", "2", "--json");
        Assert.True(path.RootElement.GetProperty("path").GetArrayLength() >= 19);
        Assert.All(
            path.RootElement.GetProperty("changes").EnumerateArray(), c =>
                Assert.True(c.GetProperty("to").GetDouble() - c.GetProperty("from").GetDouble() < 0.0011));

        foreach (string budget in new[] { "0.2", "0.8" })
        {
            Assert.Equal(
                0, FloeProcess.Run(
                    "select", scratch.At("scores.parquet"), "--budget", budget, "--n", "2", "--out", scratch.At(budget)).Code);
        }

        using JsonDocument compared = Json("compare", scratch.At("0.2"), scratch.At("0.8", "layers.parquet"), "--json");
        JsonElement distance = compared.RootElement.GetProperty("distances")[0];
        Assert.InRange(distance.GetProperty("kendall").GetDouble(), -1, 1);
        Assert.InRange(distance.GetProperty("overlap").GetDouble(), 0, 1);
    }

    [Fact]
    public void AWrongTableIsOneMessageAndNothingIsWritten()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("scores.parquet"), "PAR1 but no table");
        FloeProcess floe = FloeProcess.Run("select", scratch.At("scores.parquet"), "--out", scratch.At("out"));
        Assert.Equal((3, ""), (floe.Code, floe.Out));
        Assert.Single(floe.Error.TrimEnd('\n').Split('\n'));
        Assert.False(Directory.Exists(scratch.At("out")));
    }

    [Fact]
    public void AFullDiskIsExitCode4()
    {
        using Scratch scratch = new();
        Write(scratch.At("scores.parquet"), Small, 3);
        FloeProcess floe = FloeProcess.Run("merge", scratch.At("scores.parquet"), "--out", "/dev/full");
        Assert.Equal(4, floe.Code);
        Assert.Contains("/dev/full", floe.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--n 2 --share 0.5", 2, "one of them")]
    [InlineData("--n 7", 2, "1 to 6 layers")]
    [InlineData("--budget 1,5", 2, "--budget: expected a number")]
    [InlineData("--policy best", 2, "fisher")]
    [InlineData("--policy weight-norm", 2, "--statistics: expected a file of layer statistics with the column weight_norm")]
    [InlineData("--policy stratified:column:mine", 2, "with the column mine")]
    [InlineData("--refinement swap", 2, "exchange")]
    public void WrongOptionsAreNamed(string options, int code, string part)
    {
        using Scratch scratch = new();
        Write(scratch.At("scores.parquet"), Small, 4);
        FloeProcess floe = FloeProcess.Run(["select", scratch.At("scores.parquet"), "--out", scratch.At("out"), .. options.Split(' ')]);
        Assert.Equal(code, floe.Code);
        Assert.Contains(part, floe.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.At("out")));
    }

    [Fact]
    public void AStatisticThatTheFileLacksIsSaidOfThatFile()
    {
        using Scratch scratch = new();
        Write(scratch.At("scores.parquet"), Small, 4);
        Either<FloeError, Unit> written =
            from statistics in LayerStatistics.None(Small.Layers).With("snr", [1, 2, 3, 4, 5, 6])
            from done in StatisticsTables.Write(scratch.At("statistics.parquet"), statistics, new TableMetadata())
            select done;
        Assert.True(written.IsRight);
        string[] line = [
            "select", scratch.At("scores.parquet"), "--statistics", scratch.At("statistics.parquet"), "--out", scratch.At("out"),
                "--policy"];
        FloeProcess floe = FloeProcess.Run([.. line, "weight-norm"]);
        Assert.Equal((3, ""), (floe.Code, floe.Out));
        Assert.StartsWith(
            $"error: {scratch.At("statistics.parquet")}: expected a column weight_norm", floe.Error, StringComparison.Ordinal);
        Assert.Contains("found snr", floe.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.At("out")));
        Assert.Equal(0, FloeProcess.Run([.. line, "snr"]).Code);
    }

    [Theory]
    [InlineData("select scores.parquet --out out")]
    [InlineData("select scores.parquet --out out --peft-config out/adapter_config.json")]
    [InlineData("sweep scores.parquet")]
    [InlineData("merge scores.parquet --out out")]
    [InlineData("inspect scores.parquet")]
    [InlineData("laws --cases 20 --out out")]
    [InlineData("corpus --documents 20 --held-out 2 --out out --tasks tasks")]
    [InlineData("tokenizer train text.txt --size 260 --out out")]
    public void LibTorchIsNotLoaded(string line)
    {
        using Scratch scratch = new();
        Write(scratch.At("scores.parquet"), Small, 5);
        File.WriteAllText(scratch.At("text.txt"), "one two one two three two one");
        FloeProcess floe = WhatIsLoaded(scratch.Folder, line.Split(' '));
        Assert.True(floe.Code == 0, floe.Error);
        Assert.EndsWith("loaded: \n", floe.Out, StringComparison.Ordinal);
    }

    /// <summary>Runs a command line in another process; standard output ends with the parts of Torch that it has loaded.</summary>
    internal static FloeProcess WhatIsLoaded(string folder, params string[] line)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(Program).Assembly.Location, "loaded", .. line])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new FloeProcess(process.ExitCode, output, error.Result);
    }

    /// <summary>The other process: runs a command line, then prints which parts of Torch the process has loaded.</summary>
    public static int Loaded(string[] args)
    {
        int code = Host.RunProcess(args, Catalogue.Root);
        IEnumerable<string> assemblies = AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetName().Name ?? "");
        IEnumerable<string> libraries = File.ReadLines("/proc/self/maps").Select(l => Path.GetFileName(l));
        IEnumerable<string> found = assemblies.Concat(libraries)
            .Where(n => n.Contains("torch", StringComparison.OrdinalIgnoreCase))
            .Distinct();
        Console.Out.Write($"loaded: {string.Join(' ', found)}\n");
        return code;
    }

    private static JsonDocument Json(params string[] args)
    {
        FloeProcess floe = FloeProcess.Run(args);
        Assert.True(floe.Code == 0, floe.Error);
        return JsonDocument.Parse(floe.Out);
    }

    private static void Merge(string target, string[] shards)
    {
        FloeProcess floe = FloeProcess.Run(["merge", .. shards, "--out", target]);
        Assert.True(floe.Code == 0, floe.Error);
    }

    private static void Write(string path, ModelShape shape, int seed)
    {
        Random random = new(seed);
        double[] fisher = [.. Enumerable.Range(0, shape.Units).Select(_ => Math.Pow(random.NextDouble(), 4))];
        double[] taylor = [.. Enumerable.Range(0, shape.Units).Select(_ => random.NextDouble())];
        string data = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(seed)));
        Either<FloeError, Unit> written =
            from one in ScoreSums.OfFisher(shape, fisher, 3)
            from two in ScoreSums.OfTaylor(shape, taylor, 1)
            from sums in one.Merge(two)
            from done in ScoreTables.Write(path, sums, new TableMetadata(Data: data, Model: new ModelIdentity("ab", "tiny")))
            select done;
        Assert.True(written.IsRight, written.Match(Right: _ => "", Left: e => e.Message));
    }
}
