using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>What <c>./floe</c> decides before the tool starts.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly Scratch scratch = new();

    public LauncherTests()
    {
        Write("src/Floe.Cli/Program.cs", "one");
        Write("data/model.bin", "weights");
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Write("global.json", "{}");
    }

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("src/Floe.Cli/Program.cs", true)]
    [InlineData("src/Floe.Effects/build/RuntimeMend.cs", true)]
    [InlineData("data/model.bin", true)]
    [InlineData("Directory.Build.targets", true)]
    [InlineData("src/Floe.Cli/obj/project.assets.json", false)]
    [InlineData("src/Floe.Cli/bin/Release/floe.dll", false)]
    [InlineData("README.md", false)]
    public void TheToolIsBuiltAgainWhereSomethingChangedThatItIsMadeOf(string file, bool again)
    {
        string before = Key();
        Assert.Matches("^[0-9a-f]{16}$", before);
        Assert.Equal(before, Key());
        Write(file, "other contents");
        Assert.Equal(again, Key() != before);
    }

    [Fact]
    public void WithoutTheSDKItSaysWhatToInstall()
    {
        FloeProcess run = Setup("true", before: "command() { [[ $2 != dotnet ]] && builtin command \"$@\"; }");
        Assert.Equal((4, ""), (run.Code, run.Out));
        Assert.Contains(".NET 10 SDK", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ElsewhereThanOnLinuxItGivesTheLineThatWorksThere()
    {
        FloeProcess run = Setup("true", before: "uname() { echo Darwin; }");
        Assert.Equal(4, run.Code);
        Assert.Contains("dotnet run --project src/Floe.Cli -c Release --", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sudo() { return 1; }", "sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ca-certificates'")]
    [InlineData("command() { [[ $2 != apt-get ]] && builtin command \"$@\"; }", "this system has no apt-get")]
    public void AUserWhoMayNotInstallGetsTheLineThatWould(string system, string line)
    {
        FloeProcess run = Setup($"id() {{ echo 1000; }}; {system}; install_packages ca-certificates");
        Assert.Equal(4, run.Code);
        Assert.Contains(line, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsNamed()
    {
        Write("taken", "a file");
        FloeProcess run = Setup($"build_folder '{scratch.At("taken", "tool")}'");
        Assert.Equal(4, run.Code);
        Assert.Contains(scratch.At("taken", "tool"), run.Error, StringComparison.Ordinal);
    }

    private void Write(string file, string contents)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(scratch.At(file))!);
        File.WriteAllText(scratch.At(file), contents);
    }

    private string Key()
    {
        FloeProcess run = Setup("tool_key");
        Assert.True(run.Code == 0, run.Error);
        return run.Out.TrimEnd();
    }

    private FloeProcess Setup(string line, string before = "true") =>
        FloeProcess.Shell($"set -euo pipefail; {before}; root='{scratch.Folder}'; source scripts/setup.sh; {line}");
}
