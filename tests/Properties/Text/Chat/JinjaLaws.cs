using System.Numerics;
using Floe.Domain;
using Floe.Domain.Text.Chat;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Properties.Text.Chat;

/// <summary>Templates print what Jinja prints; what is not read is named with its place; no template runs long, wide or deep.</summary>
public sealed class JinjaLaws
{
    private static readonly DateTime Clock = new(2024, 7, 26, 12, 0, 0, DateTimeKind.Unspecified);

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, JinjaCases.All.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void ATemplatePrintsWhatJinjaPrints(int row)
    {
        (string template, string? printed) = JinjaCases.All[row];
        Either<FloeError, string> found = Render(template);
        Assert.Equal(
            (template, printed), (
                template, found.MatchUnsafe<string?>(
                    Right: text => text, Left: error => error is FloeError.BadData ? null : error.Message)));
    }

    [Theory]
    [InlineData("a\n  {% include 'x' %}", "t, line 2, column 6: the statement include")]
    [InlineData("{% extends 'x' %}", "line 1, column 4: the statement extends")]
    [InlineData("{{ n | nofilter }}", "line 1, column 6: the filter nofilter")]
    [InlineData("{% if n is notest %}{% endif %}", "line 1, column 9: the test notest")]
    [InlineData("{{ s.format(1) }}", "the method format")]
    [InlineData("{{ '%s' % n }}", "the operator % on a text")]
    [InlineData("{{ lipsum() }}", "a call of lipsum")]
    [InlineData("{{ dict(*l) }}", "an argument with *")]
    [InlineData("{{ strftime_now('%Q') }}", "the date format %Q")]
    [InlineData("{% for x in l recursive %}{% endfor %}", "a recursive loop")]
    [InlineData("{% with x = 1 %}{% endwith %}", "the statement with")]
    public void WhatIsNotReadIsNamedWithItsPlace(string template, string words)
    {
        FloeError error = Left(template);
        Assert.IsType<FloeError.Unsupported>(error);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% if n %}", "endif")]
    [InlineData("{{ n", "a tag without }}")]
    [InlineData("{% for x in %}{% endfor %}", "in place of a value")]
    [InlineData("{% endif %}", "nothing opened")]
    [InlineData("{{ 'a }}", "a text without its closing quote")]
    [InlineData("{# x", "a comment without #}")]
    [InlineData("{% raw %} x", "raw without endraw")]
    [InlineData("{{ n ! 1 }}", "the character `!`")]
    [InlineData("{% set n.x = 1 %}", "no namespace")]
    [InlineData("\n\n  {{ zz.y }}", "line 3, column 8: expected a template that works on this conversation, found zz is undefined")]
    [InlineData("{% break %}", "break")]
    public void WhatIsNoTemplateIsNamed(string template, string words) =>
        Assert.Contains(words, Left(template).Message, StringComparison.Ordinal);

    public static TheoryData<string> Hostile =>
    [
        "{% for a in range(1000000) %}{% for b in range(1000000) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for a in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s=[1]) %}{% for a in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s=[]) %}{% for a in range(100000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}",
        "{% set ns = namespace(s=[]) %}{% for a in range(100000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s == [ns.s] }}{{ ns.s|tojson "
            + "}}",
        "{% set ns = namespace(n=2) %}{% for a in range(100) %}{% set ns.n = ns.n * ns.n %}{% endfor %}",
        "{{ 2 ** 10000000000 }}",
        "{{ 'x' * 10000000000 }}",
        "{{ range(10000000000) }}",
        "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
        "{% for a in range(100000) %}{{ 'xxxxxxxxxxxxxxxxxxxx' * 100 }}{% endfor %}",
        "{% for a in range(100000) %}{{ range(100000) | join(',') | replace(',', ',,') | length }}{% endfor %}",
        "{{ " + new string('(', 100_000) + "1" + new string(')', 100_000) + " }}",
        "{{ " + new string('[', 100_000) + " }}",
        "{{ " + new string('-', 100_000) + "1 }}",
        string.Concat(Enumerable.Repeat("{% if n %}", 100_000)),
        "{{ n" + string.Concat(Enumerable.Repeat(" if n else n", 100_000)) + " }}",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void NoTemplateRunsLongWideOrDeep(string template)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsType<FloeError.BadData>(Left(template));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 8L << 30, "it allocates more than its steps allow");
    }

    [Theory]
    [InlineData(" + 1", "100001")]
    [InlineData(" ~ ''", "1")]
    [InlineData(" and 1", "1")]
    [InlineData(" | abs", "1")]
    [InlineData(" == 1 == 1", "True")]
    public void AChainMayBeAsLongAsItLikes(string link, string printed) =>
        Assert.Equal(printed, Render("{{ 1" + string.Concat(Enumerable.Repeat(link, 100_000)) + " }}").IfLeft(error => error.Message));

    private static Either<FloeError, string> Render(string template) =>
        JinjaTemplate.Parse("t", template).Bind(read => read.Render(Variables, Clock));

    private static FloeError Left(string template) =>
        Render(template)
            .Match(Right: text => throw new InvalidOperationException($"printed {text.Length} characters"), Left: error => error);

    private static readonly KeyValuePair<string, TemplateValue>[] Variables =
    [
        new("messages", List(
            Map(("role", Text("user")), ("content", Text("Hi <b> \"q\" \u00e9 \U0001F600\n"))), Map(
                ("role", Text("assistant")), ("content", Text(" Yo\t"))))),
        new("s", Text("  Hello World foo  ")),
        new("e", Text("")),
        new("n", Whole(5)),
        new("neg", Whole(-7)),
        new("f", new TemplateValue.Real(2.5)),
        new("l", List(Whole(3), Whole(1), Whole(2))),
        new("ls", List(Text("b"), Text("A"), Text("c"))),
        new("d", Map(
            ("a", Whole(1)), (
                "b", List(Whole(1), new TemplateValue.Real(2), new TemplateValue.Nothing(), new TemplateValue.Truth(true))),
                    ("c", Map(("x", Text("y")))))),
        new("t", new TemplateValue.Truth(true)),
        new("no", new TemplateValue.Nothing()),
        new("emo", Text("a\U0001F600b")),
        new("big", TemplateValue.Number(
            BigInteger.Parse("123456789012345678901234567890", System.Globalization.CultureInfo.InvariantCulture))),
        new("m", List(Map(("a", Whole(1)), ("b", Text("x"))), Map(("a", Whole(3)), ("b", Text("y"))), Map(("a", Whole(2))))),
        new("items", List(Whole(1))),
        new("ml", Text("a\n b\n\nc")),
    ];

    private static TemplateValue Whole(int value) => TemplateValue.Number(value);

    private static TemplateValue.Words Text(string value) => new(value);

    private static TemplateValue.Sequence List(params TemplateValue[] items) => new([.. items]);

    private static TemplateValue.Mapping Map(params (string Key, TemplateValue Value)[] items) =>
        new([.. items.Select(item => KeyValuePair.Create(item.Key, item.Value))]);
}
