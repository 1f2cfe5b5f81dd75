using Xunit;

namespace Floe.Tests.Effects.Packaging;

/// <summary>TorchSharp's native part for older C++ runtimes: MSBuild runs Floe.Effects.targets over it and damaged files.</summary>
public sealed class RuntimeMendTests(MendRuns runs) : IClassFixture<MendRuns>
{
    // In TorchSharp 0.107.0's file: the name of the symbol (three bytes), its version, wait's version, the weak flags of two versions.
    private static readonly int[] Places = [26048, 26049, 26050, 254834, 255904, 260548, 260660];

    [Theory]
    [InlineData("old")]
    [InlineData("always")]
    public void AnOlderRuntimeGetsACopyThatDiffersInSevenBytes(string run)
    {
        Assert.Equal(Places, Differences(File.ReadAllBytes(runs.Used(run))));
        Assert.NotEqual(runs.Package, runs.Used(run));
    }

    [Theory]
    [InlineData("new")]
    [InlineData("none")]
    [InlineData("never")]
    public void ElsewhereThePackagesOwnFileIsTaken(string run) => Assert.Equal(runs.Package, runs.Used(run));

    [Fact]
    public void TheFileOfAnotherVersionIsAnotherCopy() => Assert.NotEqual(runs.Used("old"), runs.Used("moved"));

    [Fact]
    public void ASecondBuildMendsNothingAgain() => Assert.Equal(2040, File.GetLastWriteTimeUtc(runs.Used("again")).AddDays(1).Year);

    [Fact]
    public void AFileThatAsksForNoneOfItIsTakenAsItIs() =>
        Assert.Equal(File.ReadAllBytes(runs.Damaged("unversioned")), File.ReadAllBytes(runs.Used("unversioned")));

    [Theory]
    [MemberData(nameof(MendRuns.Unknown), MemberType = typeof(MendRuns))]
    public void AnUnknownFileIsLeftWithAWarningThatSaysWhatToDo(string run)
    {
        Assert.Equal(runs.Damaged(run), runs.Used(run));
        string start = $"{runs.Damaged(run)} : warning FLOE001";
        string line = runs.Output.Split('\n').First(one => one.Contains(start, StringComparison.Ordinal));
        Assert.Contains("install the C++ runtime of GCC 13", line, StringComparison.Ordinal);
    }

    [Fact]
    public void NoDamageEndsTheBuild() => Assert.All(MendRuns.Flips, run => Assert.True(File.Exists(runs.Used(run)), run));

    [Fact]
    public void ThePackageCacheIsAsItWas() => Assert.Equal(runs.Before, File.ReadAllBytes(runs.Package));

    [Fact]
    public void TheProgramsOwnCopyIsWhatThisSystemNeeds()
    {
        byte[] copy = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so"));
        Assert.Equal(runs.Used("here") == runs.Package ? [] : Places, Differences(copy));
    }

    private int[] Differences(byte[] copy)
    {
        Assert.Equal(runs.Before.Length, copy.Length);
        return [.. Enumerable.Range(0, copy.Length).Where(i => copy[i] != runs.Before[i])];
    }
}
