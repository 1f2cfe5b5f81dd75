using Floe.Effects.Data;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Data;

/// <summary>docs/formats.md lists every key of a record and every ending of a data file that the reader knows.</summary>
public class DocumentedKeyTests
{
    [Fact]
    public void EveryKeyAndEndingIsDocumented()
    {
        string page = File.ReadAllText(Path.Combine(FixtureFolders.RepositoryRoot, "docs", "formats.md"));
        string section = page[
            page.IndexOf("## Data files", StringComparison.Ordinal)..page.IndexOf(
                "## Training data and its ids", StringComparison.Ordinal)];
        string[] known =
        [
            .. RecordForm.All.AsEnumerable()
                .SelectMany(
                    form => form.Parts.AsEnumerable().SelectMany(part => part.Names)), .. RecordForm.Bookkeeping, .. RecordForm.Teaching,
            .. TextKinds.Samples, .. TextKinds.Plain,
        ];
        Assert.All(known, key => Assert.Contains($"`{key}`", section, StringComparison.Ordinal));
    }
}
