using System.Xml.Linq;
using Floe.Domain.Reports.Drawing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Reports;

/// <summary>Any text goes in and comes out as text.</summary>
public class MarkupLaws(ITestOutputHelper output)
{
    private static readonly Gen<string> Texts =
        Gen.OneOf(
            Gen.Elements(
                "<script>alert(1)</script>", "a & b", "\"quoted\" 'too'", "]]>", "<!--", "&amp;", "Ω 中 𝕏", "\t", "line\nline", "-->"),
            Gen.Choose(1, 0x2ff).Select(c => ((char)c).ToString()),
            Gen.Elements("\ud800", "\udc00", "\ufffe", "\0", "\u0008"))
        .ListOf()
        .Select(string.Concat);

    [Fact]
    public void TextAndAttributesComeBackAsTheyWentIn() => Law.Check(
        output,
        Texts.ToArbitrary(),
        text =>
        {
            string rendered = Markup.El("p", [("title", text)], text).Render();
            XElement read = XElement.Parse(rendered, LoadOptions.PreserveWhitespace);
            return read.Value == Writable(text) && !read.Elements().Any() && read.Attribute("title")!.Value == Spaced(Writable(text));
        },
        text => text.Length == 0 ? "empty" : "not empty",
        text => text.Any(c => c is '<' or '&' or '"' || c < ' '));

    [Fact]
    public void ElementsWithoutContentCloseThemselvesWhereHtmlLetsThem()
    {
        Assert.Equal("<meta charset=\"utf-8\"/>", Markup.El("meta", [("charset", "utf-8")]).Render());
        Assert.Equal("<p></p>", Markup.El("p", []).Render());
    }

    /// <summary>What XML cannot hold is replaced, one mark for each character.</summary>
    private static string Writable(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.Value is '\t' or '\n' or '\r' || (rune.Value >= ' ' && rune.Value is not (0x7f or 0xfffe or 0xffff))
            ? rune.ToString()
            : "\ufffd"));

    /// <summary>XML reads tabs and line ends inside attributes as spaces.</summary>
    private static string Spaced(string text) => text.Replace('\t', ' ').Replace('\n', ' ');
}
