using System.Xml.Linq;
using Floe.Domain.Ranks;
using Floe.Domain.Reports.Studies;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Reports;

/// <summary>The page of a rank study, whatever the study.</summary>
public sealed class StudyPageLaws(ITestOutputHelper output)
{
    [Fact]
    public void EveryStudyIsAWellFormedPageWithoutScripts() => Law.Check(output, Studies, study =>
    {
        string page = StudyPage.Render(study);
        XElement root = XDocument.Parse(page).Root!;
        string[] ids = [.. root.Descendants().Select(e => (string?)e.Attribute("id")).OfType<string>()];
        return page == StudyPage.Render(study)
            && !root.Descendants().Any(e => e.Name.LocalName is "script" or "link" or "img")
            && ids.Distinct().Count() == ids.Length
            && root.Descendants().Where(e => e.Name.LocalName == "svg").All(svg =>
                ((string)svg.Attribute("aria-labelledby")!)
                    .Split(' ')
                    .All(id => svg.Elements().Any(e => (string?)e.Attribute("id") == id && e.Value.Length > 0)))
            && !page.Contains("NaN", StringComparison.Ordinal) && !page.Contains('∞', StringComparison.Ordinal);
    }, study =>
        $"{study.Rules.Space.Dimensions.Count} dimensions, {(study.Study.Trials.Count == 0 ? "no" : "some")} trials", study =>
            study.Study.Trials.Count > 1);

    [Fact]
    public void ThePageSaysWhatWasFound()
    {
        string page = StudyPage.Render(SampleStudies.Full());
        Assert.Contains("within noise of the best", page, StringComparison.Ordinal);
        Assert.Contains("stopped early", page, StringComparison.Ordinal);
        Assert.Contains("saved by not repeating", page, StringComparison.Ordinal);
        Assert.Contains("log l − log g of rank", page, StringComparison.Ordinal);
        Assert.Contains("No trial has ended yet.", StudyPage.Render(SampleStudies.Bare()), StringComparison.Ordinal);
    }

    private static Arbitrary<StudyReport> Studies => Arb.From(
        from trials in Gen.Choose(0, 30)
        from sampler in Gen.Elements("tpe", "random", "grid", "gp")
        from seeds in Gen.Choose(1, 3)
        from count in Gen.Choose(1, 20)
        from wide in Gen.Elements(false, true)
        select wide
            ? SampleStudies.Wide()
            : SampleStudies.Of(SearchSpace.Of(RankRange.Create(2, count + 1).IfLeft(RankRange.Default)), trials, sampler, seeds));
}
