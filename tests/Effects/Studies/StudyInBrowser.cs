using Floe.Domain.Reports.Studies;
using Floe.Tests.Effects.Reports;
using Floe.Tests.Properties.Reports;
using Xunit;

namespace Floe.Tests.Effects.Studies;

/// <summary>The page of a study in a browser: nothing overflows, no label covers another, in light and dark, wide and narrow.</summary>
public sealed class StudyInBrowser
{
    [BrowserTheory]
    [InlineData("full", 1200, false)]
    [InlineData("full", 400, true)]
    [InlineData("wide", 1200, true)]
    [InlineData("wide", 400, false)]
    [InlineData("tiny", 400, false)]
    [InlineData("bare", 400, false)]
    public void ThePageFitsAndNoLabelCoversAnother(string study, int width, bool dark)
    {
        Measured seen = Chromium.Measure(StudyPage.Render(Study(study)), width, dark);
        seen.AssertSound();
        Assert.True(study == "bare" || seen.SmallestText >= 9.5, $"smallest text {seen.SmallestText} px");
    }

    private static StudyReport Study(string name) => name switch
    {
        "full" => SampleStudies.Full(),
        "wide" => SampleStudies.Wide(),
        "tiny" => SampleStudies.Tiny(),
        _ => SampleStudies.Bare(),
    };
}
