using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Floe.Tests.Effects.Reports;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>An option that a call would not read is a usage error before anything is read, not something that is passed over in
/// silence.</summary>
public sealed class UnreadOptionTests
{
    [Theory]
    [InlineData("laws --cases 3 --budget 0.3", "--budget", "--replay beside, found none")]
    [InlineData("laws --replay case.parquet --cases 3 --seed 5", "--cases, --seed", "no --replay beside")]
    [InlineData("laws --replay case.parquet --out there", "--out", "no --replay beside")]
    [InlineData("sweep scores.parquet --path --budgets 0.3,0.5", "--budgets", "no --path beside")]
    [InlineData("select scores.parquet --replicates 50", "--replicates", "--shards beside, found none")]
    [InlineData("select scores.parquet --states 1000", "--states", "--refinement exact beside, found exchange")]
    [InlineData("sweep scores.parquet --refinement scalar --states 1000", "--states", "--refinement exact beside, found scalar")]
    [InlineData("select scores.parquet --level 0.9", "--level", "--shards beside, found none")]
    [InlineData("adapt --model m --data d --plan plan.json --layers 1,2", "--layers", "no --plan beside")]
    [InlineData("adapt --model m --data d --plan plan.json --kind lora --rank 4", "--kind, --rank", "no --plan beside")]
    [InlineData("adapt --model m --data d --plan plan.json --alpha 4 --dropout 0.1", "--alpha, --dropout", "no --plan beside")]
    [InlineData("adapt --model m --data d --plan plan.json --experts 2 --modules q_proj", "--experts, --modules", "no --plan beside")]
    [InlineData("adapt --model m --data d --steps 3 --epochs 2", "--epochs", "no --steps beside")]
    [InlineData("eval --model m --text t --exact-match 4 --answer-rule exact", "--exact-match, --answer-rule", "no --text beside")]
    [InlineData("eval --model m --text t --length 64", "--length", "no --text beside")]
    [InlineData("eval --model m --data d --window 64", "--window", "no --data beside")]
    [InlineData("eval --model m --data d --answer-tokens 8", "--answer-tokens", "--exact-match beside, found none")]
    [InlineData("corpus --documents 3 --samples 5 --held-out-samples 2", "--samples, --held-out-samples", "--tasks beside, found none")]
    [InlineData("compare ranking ranking --seed 3", "--seed", "runs to compare, found rankings")]
    [InlineData("compare run --n 3", "--n", "rankings to compare, found runs")]
    public void IsRefused(string line, string options, string expected)
    {
        using Scratch scratch = new();
        RunFolderOnDisk.Write(scratch.Folder);
        FloeProcess floe = Embedded.Run([.. line.Split(' ').Select(word => word switch
        {
            "ranking" => Path.Combine(FixtureFolders.RepositoryRoot, "data", "smollm2", "layers.parquet"),
            "run" => scratch.Folder,
            "there" => scratch.At("there"),
            _ => word,
        })]);
        Assert.Equal((2, ""), (floe.Code, floe.Out));
        Assert.StartsWith($"error: {options}: expected ", floe.Error, StringComparison.Ordinal);
        Assert.Contains(expected, floe.Error, StringComparison.Ordinal);
    }
}
