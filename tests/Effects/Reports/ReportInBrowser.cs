using Floe.Domain.Reports;
using Floe.Domain.Reports.Drawing;
using Floe.Tests.Properties.Reports;
using Xunit;

namespace Floe.Tests.Effects.Reports;

/// <summary>The page in a browser: nothing overflows, no label covers another, no error, in light and dark, wide, narrow and as
/// printed.</summary>
public class ReportInBrowser
{
    [BrowserTheory]
    [InlineData("full", 1200, false)]
    [InlineData("full", 1200, true)]
    [InlineData("full", 760, false)]
    [InlineData("full", 400, false)]
    [InlineData("full", 400, true)]
    [InlineData("deep", 1200, false)]
    [InlineData("deep", 400, true)]
    [InlineData("tiny", 1200, false)]
    [InlineData("tiny", 400, false)]
    [InlineData("bare", 400, false)]
    public void ThePageFitsAndNoLabelCoversAnother(string run, int width, bool dark)
    {
        Measured seen = Chromium.Measure(ReportPage.Render(Run(run)), width, dark);
        seen.AssertSound();
        Assert.Equal(width, seen.InnerWidth);
        Assert.Equal(dark, seen.Dark);
        Assert.Equal(Rgb((dark ? Palette.Dark : Palette.Light)["page"]), seen.Background);
        Assert.True(run == "bare" || seen.Labels > 50, $"{seen.Labels} labels");
        Assert.True(run == "bare" || seen.SmallestText >= 9.5, $"smallest text {seen.SmallestText} px");
    }

    [BrowserTheory]
    [InlineData("full")]
    [InlineData("deep")]
    public void ThePrintedFormFitsAndNoLabelCoversAnother(string run) =>
        Chromium.Measure(ReportPage.Render(Run(run)).Replace("@media print", "@media all", StringComparison.Ordinal), 720, dark: false)
            .AssertSound();

    [BrowserTheory]
    [InlineData(
        "<svg viewBox='0 0 100 20' width='100'><title>t</title><text x='0' y='15'>first</text><text x='4' y='15'>second</text></svg>",
            nameof(Measured.Overlaps))]
    [InlineData("<svg viewBox='0 0 100 20' width='100'><title>t</title><text x='90' y='15'>outside</text></svg>", nameof(Measured.Clipped))]
    [InlineData("<div style='width:900px'>wide</div>", nameof(Measured.Wide))]
    [InlineData("<script>console.error('broken')</script>", nameof(Measured.Console))]
    [InlineData("<script>undefinedName()</script>", nameof(Measured.Console))]
    public void TheMeasurementSeesWhatItLooksFor(string body, string fault)
    {
        Measured seen = Chromium.Measure($"<!DOCTYPE html><html><body>{body}</body></html>", 500, dark: false);
        string[] found = (string[])typeof(Measured).GetProperty(fault)!.GetValue(seen)!;
        Assert.NotEmpty(found);
    }

    private static RunReport Run(string name) => name switch
    {
        "full" => SampleReports.Full(),
        "deep" => SampleReports.Deep(),
        "tiny" => SampleReports.Tiny(),
        _ => SampleReports.Bare,
    };

    private static string Rgb(string hex) =>
        $"rgb({Convert.ToInt32(hex[1..3], 16)}, {Convert.ToInt32(hex[3..5], 16)}, {Convert.ToInt32(hex[5..7], 16)})";
}
