using System.Text.RegularExpressions;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Packaging;

/// <summary>What one operating system has and another has not stands behind a question for the system, in the same file.</summary>
public sealed class PlatformTests
{
    // Files under /proc and functions of a system's own library; the runtime's analyzer knows those of .NET (CA1416).
    private static readonly Regex OfOneSystem = new("\"/proc|\\[(LibraryImport|DllImport)\\(");

    [Fact]
    public void TheSourcesAskWhereTheyAreBeforeTheyUseWhatOneSystemHas()
    {
        string source = Path.Combine(FixtureFolders.RepositoryRoot, "src");
        IEnumerable<string> files = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories);
        string[] one = [
            .. files.Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && OfOneSystem.IsMatch(File.ReadAllText(file)))];
        Assert.NotEmpty(one);
        Assert.All(one, file => Assert.Contains("OperatingSystem.Is", File.ReadAllText(file), StringComparison.Ordinal));
    }
}
