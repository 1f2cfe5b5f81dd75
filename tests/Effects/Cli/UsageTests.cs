using System.Text.Json;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

public class UsageTests
{
    private const string Plan = "name: demo\nmodel: m\nsample: [{ data: a.jsonl }]\nheldout: [{ data: b.jsonl }]\n";

    [Theory]
    [InlineData("", "a command is missing")]
    [InlineData("inspekt", "unknown command 'inspekt'; did you mean 'inspect'")]
    [InlineData("inspect", "'file'")]
    [InlineData("inspect --jsom", "unknown option '--jsom'; did you mean '--json'")]
    [InlineData("inspect a b", "unexpected argument 'b'")]
    [InlineData("inspect --nothing a", "unknown option '--nothing'")]
    public void AWrongLineIsOneClearLineAndExitCode2(string line, string message)
    {
        FloeProcess floe = FloeProcess.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, floe.Code);
        Assert.Empty(floe.Out);
        Assert.Contains(message, floe.Error, StringComparison.Ordinal);
        Assert.Single(floe.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void HelpGoesToStandardOutputWithAnExample()
    {
        FloeProcess floe = FloeProcess.Run("inspect", "--help");
        Assert.Equal((0, ""), (floe.Code, floe.Error));
        Assert.Contains("Example:\n  floe inspect ", floe.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFileIsExitCode4AndNothingOnStandardOutput()
    {
        FloeProcess floe = FloeProcess.Run("inspect", "/nowhere/scores.parquet");
        Assert.Equal(4, floe.Code);
        Assert.Empty(floe.Out);
        Assert.StartsWith("error: /nowhere/scores.parquet:", floe.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryErrorOfAFileIsShownAndExitCode3()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("plan.yaml"), Plan + "sed: 3\nlength: x\n");
        FloeProcess floe = FloeProcess.Run("inspect", scratch.At("plan.yaml"));
        Assert.Equal(3, floe.Code);
        Assert.Equal(2, floe.Error.TrimEnd('\n').Split('\n').Length);
        Assert.DoesNotContain('\e', floe.Error);
    }

    [Fact]
    public void JsonIsOneValueOnStandardOutput()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("plan.yaml"), Plan);
        FloeProcess floe = FloeProcess.Run("inspect", "--json", scratch.At("plan.yaml"));
        Assert.Equal((0, ""), (floe.Code, floe.Error));
        using JsonDocument json = JsonDocument.Parse(floe.Out);
        Assert.Equal("demo", json.RootElement.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Array, json.RootElement.GetProperty("policies").ValueKind);
    }

    [Fact]
    public void AFullStandardOutputIsExitCode4AndABrokenPipeIsQuiet()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("plan.yaml"), Plan);
        FloeProcess full = FloeProcess.Shell($"floe inspect '{scratch.At("plan.yaml")}' > /dev/full");
        Assert.Equal(4, full.Code);
        Assert.Single(full.Error.TrimEnd('\n').Split('\n'));

        FloeProcess broken = FloeProcess.Shell($"floe inspect '{scratch.At("plan.yaml")}' | true; exit ${{PIPESTATUS[0]}}");
        Assert.Equal((0, ""), (broken.Code, broken.Error));
    }
}
