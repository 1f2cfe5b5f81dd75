using Floe.Domain;
using Floe.Effects.Plans;
using Xunit;

namespace Floe.Tests.Effects.Runs;

/// <summary>A plan that is no YAML: the line, what stands there in plain words, and a remedy that helps. No sentence of the
/// library's.</summary>
public class YamlFaultTests
{
    private static readonly string[] LibraryWords = [
        "While ", "while ", "token", "expected <", "Idx:", "simple key", "YamlDotNet", "scanning", "parsing"];

    public static TheoryData<string, int, string, string> Cases => new()
    {
        { "name: a\n\tmodel: b\n", 2, "a tab before the first word", "name: a\nmodel: b\n" },
        { "selection:\n\tlayers: 2\n", 2, "a tab before the first word", "selection:\n  layers: 2\n" },
        { "name: a: b\n", 1, "a second colon", "name: \"a: b\"\n" },
        { "name: \"a\nmodel: b\n", 1, "a quote that is not closed", "name: \"a\"\nmodel: b\n" },
        { "policies: [fisher, random\nname: a\n", 1, "a bracket that is not closed", "policies: [fisher, random]\nname: a\n" },
        { "sample: [{data: a\n", 1, "a bracket that is not closed", "sample: [{data: a}]\n" },
        { "name: @a\n", 1, "a value that starts with `@`", "name: \"@a\"\n" },
        { "name: `a`\n", 1, "a value that starts with ``", "name: \"`a`\"\n" },
        { "name: a\n  model: b\n", 2, "`model: b`", "name: a\nmodel: b\n" },
        { "name: a\nmodel\n", 2, "`model`", "name: a\nmodel: b\n" },
        { "name:a\nmodel: b\n", 1, "a colon without a space", "name: a\nmodel: b\n" },
        { "name: a\u0007\n", 1, "the control character 7", "name: a\n" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheLineIsNamedInPlainWordsAndTheRemedyHelps(string text, int line, string found, string mended)
    {
        FloeError error = Errors.Of(YamlTree.Read("plan.yaml", text));
        string message = Assert.IsType<FloeError.BadData>(error).Message;
        Assert.Contains(found, message, StringComparison.Ordinal);
        Assert.Equal(line, int.Parse(message.Split("line ")[1].Split(':')[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.DoesNotContain(LibraryWords, word => message.Contains(word, StringComparison.Ordinal));
        Assert.True(YamlTree.Read("plan.yaml", mended).IsRight, mended);
    }
}
