using System.Text.Json;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

public class LawsCommandTests
{
    [Fact]
    public void EachLawIsSaidInWordsAndHoldsForTheDefaultPolicy()
    {
        FloeProcess floe = FloeProcess.Run("laws", "--cases", "60");
        Assert.Equal((0, ""), (floe.Code, floe.Error));
        Assert.Contains(
            "holds     budget-kept         The kept units never cost more than the budget C.", floe.Out, StringComparison.Ordinal);
        Assert.Contains("left out  layers-renamed", floe.Out, StringComparison.Ordinal);
        Assert.Contains("because layers are visited in ascending order", floe.Out, StringComparison.Ordinal);
        Assert.EndsWith(" 0 broken, 0 untested, 4 left out\n", floe.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ABrokenLawIsExitCode5AndItsCounterExampleCanBeReplayed()
    {
        using Scratch scratch = new();
        FloeProcess broken = FloeProcess.Run("laws", "--policy", "ancestor", "--law", "budget-kept", "--out", scratch.Folder, "--json");
        Assert.Equal(5, broken.Code);
        using JsonDocument json = JsonDocument.Parse(broken.Out);
        JsonElement law = json.RootElement.GetProperty("laws")
            .EnumerateArray()
            .Single(l => l.GetProperty("status").GetString() == "BROKEN");
        JsonElement example = law.GetProperty("counterExample");
        Assert.InRange(example.GetProperty("units").GetArrayLength(), 2, 4);
        Assert.Contains("the budget is", example.GetProperty("found").GetString(), StringComparison.Ordinal);

        // The line that the message tells to type.
        string typed = broken.Error.Split("again with `floe ")[1].Split('`')[0];
        Assert.DoesNotContain("--budget", typed, StringComparison.Ordinal);
        FloeProcess again = FloeProcess.Shell("floe " + typed);
        Assert.Equal(5, again.Code);
        Assert.Contains(example.GetProperty("found").GetString()!, again.Out, StringComparison.Ordinal);
        Assert.Contains("counter-example: ρ = ", again.Out, StringComparison.Ordinal);
        Assert.Equal(0, FloeProcess.Shell("floe " + typed.Replace("ancestor", "kept", StringComparison.Ordinal)).Code);
    }

    [Fact]
    public void TheRemedyOfAReplayedCaseIsWhereTheAnswerIs()
    {
        using Scratch scratch = new();
        FloeProcess.Run("laws", "--policy", "ancestor", "--law", "budget-kept", "--out", scratch.Folder);
        string[] again = ["laws", "--policy", "ancestor", "--law", "budget-kept", "--replay", Directory.GetFiles(scratch.Folder).Single()];
        Assert.Contains("budget-kept broken. The table under each says why.", FloeProcess.Run(again).Error, StringComparison.Ordinal);
        Assert.Contains(
            "budget-kept broken. The counterExample of each says why.", FloeProcess.Run([.. again, "--json"]).Error,
                StringComparison.Ordinal);
    }

    [Fact]
    public void AnUntestedLawHasNoTableToLookAt()
    {
        FloeProcess one = FloeProcess.Run("laws", "--policy", "kept", "--law", "nothing-to-refine", "--cases", "1");
        Assert.Equal(5, one.Code);
        Assert.Contains("nothing-to-refine untested. No case could break them: try more cases", one.Error, StringComparison.Ordinal);
        FloeProcess replayed = FloeProcess.Run(
            "laws", "--policy", "kept", "--law", "nothing-to-refine", "--replay", Path.Combine(
                "data", "smollm2", "scores.parquet"), "--budget", "1");
        Assert.Equal(5, replayed.Code);
        Assert.Contains("replay another case", replayed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyALawThatThePolicyNeedNotSatisfyIsLeftOutForAReason()
    {
        FloeProcess some = FloeProcess.Run("laws", "--law", "budget-kept", "--cases", "5");
        Assert.Contains("left out  layers-renamed", some.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("because", some.Out, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(FloeProcess.Run("laws", "--law", "budget-kept", "--cases", "5", "--json").Out);
        Assert.All(
            json.RootElement.GetProperty("laws").EnumerateArray(), law =>
                Assert.Equal(JsonValueKind.Null, law.GetProperty("reason").ValueKind));
    }

    [Fact]
    public void CasesAreCutFromAScoreTable()
    {
        string table = Path.Combine("data", "smollm2", "scores.parquet");
        FloeProcess floe = FloeProcess.Run("laws", "--policy", "density", "--scores", table, "--cases", "40");
        Assert.True(floe.Code == 0, floe.Out + floe.Error);
        Assert.Equal(2, FloeProcess.Run("laws", "--scores", table, "--replay", table).Code);
    }

    [Theory]
    [InlineData("--policy best", "kept, density")]
    [InlineData("--law never", "budget-kept")]
    [InlineData("--cases 0", "a whole number from 1 to ")]
    public void WrongOptionsAreNamed(string options, string part)
    {
        FloeProcess floe = FloeProcess.Run(["laws", .. options.Split(' ')]);
        Assert.Equal(2, floe.Code);
        Assert.Contains(part, floe.Error, StringComparison.Ordinal);
    }
}
