using System.Globalization;
using System.Xml.Linq;
using Floe.Domain.Reports;
using Floe.Domain.Reports.Drawing;
using Floe.Domain.Scores;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Properties.Reports;

/// <summary>Laws of the whole page, over runs that have everything, much, little and nothing.</summary>
public class PageLaws
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly Dictionary<string, RunReport> Runs = new()
    {
        ["full"] = SampleReports.Full(),
        ["deep"] = SampleReports.Deep(),
        ["tiny"] = SampleReports.Tiny(),
        ["bare"] = SampleReports.Bare,
        ["policies without outcomes"] = SampleReports.Full() with { Outcomes = Arr<PolicyOutcome>.Empty,
            Base = Option<PolicyOutcome>.None },
        ["outcomes without policies"] = SampleReports.Full() with { Policies = Arr<PolicyColumn>.Empty,
            Search = Option<MaskSearchSummary>.None },
    };

    public static TheoryData<string> Names => [.. Runs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void ThePageIsWellFormedAndItsIdentifiersAreUnique(string name)
    {
        XDocument page = Parse(ReportPage.Render(Runs[name]));
        string[] ids = [.. page.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids.Distinct(), ids);
        foreach (XAttribute labels in page.Descendants().Attributes("aria-labelledby"))
        {
            Assert.All(labels.Value.Split(' '), id => Assert.Contains(id, ids));
        }

        Assert.All(page.Descendants("a"), a => Assert.Contains(a.Attribute("href")!.Value[1..], ids));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryDrawingHasATitleADescriptionAndItsNumbersAsATable(string name)
    {
        XDocument page = Parse(ReportPage.Render(Runs[name]));
        Assert.All(page.Descendants("svg"), svg =>
        {
            Assert.Equal("img", svg.Attribute("role")!.Value);
            Assert.NotEmpty(svg.Element("title")!.Value);
            Assert.NotEmpty(svg.Element("desc")!.Value);
            Assert.NotEmpty(svg.Ancestors("figure").Single().Element("details")!.Descendants("table"));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ThePageLoadsNothingAndRunsNothing(string name)
    {
        XDocument page = Parse(ReportPage.Render(Runs[name]));
        Assert.DoesNotContain(
            page.Descendants(), e =>
                e.Name.LocalName is "script" or "link" or "img" or "iframe" or "object" or "embed" or "image" or "use" or "base" or "form");
        Assert.DoesNotContain(
            page.Descendants().Attributes(), a => a.Name.LocalName is "src" or "srcset" or "action"
                || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.All(page.Descendants().Attributes("href"), a => Assert.StartsWith("#", a.Value));
        string style = page.Descendants("style").Single().Value;
        Assert.DoesNotContain("url(", style, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", style, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSameRunGivesTheSameCharactersInEveryCulture(string name)
    {
        string expected = ReportPage.Render(Runs[name]);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            odd.NumberFormat.NumberDecimalSeparator = ",";
            odd.NumberFormat.NumberGroupSeparator = ".";
            odd.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = odd;
            Assert.Equal(expected, ReportPage.Render(Runs[name]));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CoordinatesAreNumbers(string name)
    {
        XDocument page = Parse(ReportPage.Render(Runs[name]));
        string[] geometry = ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"];
        Assert.All(
            page.Descendants("svg").Descendants().Attributes().Where(a => geometry.Contains(a.Name.LocalName)),
            a =>
                Assert.True(
                    double.TryParse(a.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                        && double.IsFinite(value), a.ToString()));
        Assert.All(
            page.Descendants("svg").Descendants("rect"),
            r =>
                Assert.True(
                    double.Parse(r.Attribute("width")!.Value, CultureInfo.InvariantCulture) >= 0
                        && double.Parse(r.Attribute("height")!.Value, CultureInfo.InvariantCulture) >= 0));
        Assert.All(page.Descendants("path").Attributes("d"), d => Assert.DoesNotContain("NaN", d.Value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("full")]
    [InlineData("deep")]
    [InlineData("tiny")]
    public void TheSaliencyMapHasEachLayerOnceAPolicyAndADotWhereItIsChosen(string name)
    {
        RunReport run = Runs[name];
        XDocument picture = XDocument.Parse(ReportPictures.Saliency(run, Palette.Light).IfNone(""));
        string[] tips = [.. picture.Descendants(Svg + "rect").Elements(Svg + "title").Select(t => t.Value)];
        foreach (PolicyColumn policy in run.Policies)
        {
            foreach (int layer in Enumerable.Range(0, run.LayerCount))
            {
                string tip = Assert.Single(tips, t => t.StartsWith($"layer {layer}, {policy.Policy}", StringComparison.Ordinal)
                    && t[$"layer {layer}, {policy.Policy}".Length..] is var rest && (rest.Length == 0 || rest[0] is ':' or ','));
                Assert.Equal(policy.Chosen.Contains(layer), tip.EndsWith(", chosen", StringComparison.Ordinal));
            }
        }

        int legend = 1;
        Assert.Equal(run.Policies.Sum(p => p.Chosen.Count) + legend, picture.Descendants(Svg + "circle").Count());
    }

    [Fact]
    public void APageWithAllOfItLacksNothingAndAnEmptyRunSaysSoInEverySection()
    {
        Assert.DoesNotContain(Parse(ReportPage.Render(Runs["full"])).Descendants(), e => e.Attribute("class")?.Value == "absent");
        Assert.All(
            Parse(ReportPage.Render(Runs["bare"])).Descendants("section"),
            s => Assert.Contains(s.Descendants(), e => e.Attribute("class")?.Value == "absent"));
    }

    [Fact]
    public void MarkupInNamesAndTextsIsShownNotInterpreted()
    {
        const string evil = "</style></title><script>alert('x')</script>&<b a=\"1\">";
        RunReport run = SampleReports.Full() with
        {
            Name = evil,
            Subject = new Subject(evil, Option<ModelShape>.None, evil, evil, evil),
            Samples = Prelude.Array(new SampleText(evil, evil, evil, evil, evil)),
            Provenance = new Provenance(
                evil, evil, Prelude.Array(new FactGroup(evil, Prelude.Array((evil, evil)))), Prelude.Array(
                    new StageSummary(evil, 1, 1, 1, Prelude.Array((evil, evil))))),
        };
        XDocument page = Parse(ReportPage.Render(run with { Policies = run.Policies.Map(p => p with { Policy = evil + p.Policy }) }));
        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain(page.Descendants("b"), b => b.Attribute("a") is not null);
        Assert.Contains(page.Descendants("h1"), h => h.Value == evil);
    }

    [Fact]
    public void PicturesStandAloneInBothSchemes()
    {
        foreach (Palette palette in new[] { Palette.Light, Palette.Dark })
        {
            Option<string>[] pictures =
            [
                ReportPictures.Saliency(Runs["full"], palette), ReportPictures.Masks(
                    Runs["full"], Component.Neuron, palette), ReportPictures.HeldOutLoss(Runs["full"], palette),
                ReportPictures.TrainingLoss(Runs["full"], palette), ReportPictures.Layers(Runs["full"], "Fisher", palette),
            ];
            Assert.All(pictures, picture =>
            {
                string text = picture.IfNone("");
                Assert.DoesNotContain("var(", text, StringComparison.Ordinal);
                Assert.Equal(Svg + "svg", XDocument.Parse(text).Root!.Name);
            });
        }

        Assert.True(ReportPictures.Saliency(SampleReports.Bare, Palette.Light).IsNone);
    }

    [Fact]
    public void TheHeadlineCountsWhatTheNumbersSay()
    {
        RunReport run = SampleReports.Full();
        string words = Headline.Of(run).Replace('\u00a0', ' ');
        Assert.Contains(
            "Adapting 8 layers of 30, chosen by fisher, took the held-out loss from 2.913 to 1.858", words, StringComparison.Ordinal);
        Assert.Contains(
            "93.3 % of the gain of adapting every layer, for 26.7 % of the trainable parameters, 42.1 % of the training time and "
                + "82.5 % of the memory.", words, StringComparison.Ordinal);
        RunReport beaten = run with { Outcomes = run.Outcomes.Map(o => o.Policy == "random" ? o with { HeldOutLoss = 1.5 } : o) };
        Assert.Contains("random, reached 1.500, which is better.", Headline.Of(beaten), StringComparison.Ordinal);
    }

    private static XDocument Parse(string page)
    {
        const string type = "<!DOCTYPE html>";
        Assert.StartsWith(type, page, StringComparison.Ordinal);
        return XDocument.Parse(page[type.Length..], LoadOptions.PreserveWhitespace);
    }
}
