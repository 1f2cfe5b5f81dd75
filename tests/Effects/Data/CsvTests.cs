using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Data;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Data;

/// <summary>Samples in CSV are those of the same records in JSON; what is no table is named with its line.</summary>
public sealed class CsvTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("prompt,completion\na,b\nc,d\n", ".csv")]
    [InlineData("prompt;completion\r\na;b\r\nc;d", ".csv")]
    [InlineData("prompt\tcompletion\na\tb\nc\td\n", ".TSV")]
    [InlineData("\uFEFF,completion,prompt,score\n0,b,a,7\n1,d,c,18446744073709551616\n", ".csv")]
    [InlineData("\"prompt\",\"completion\"\n\"a\",\"b\"\n\n\"c\",\"d\"\n", ".csv")]
    [InlineData("completion,prompt,source\nb,a,\nd,c,web\n", ".csv")]
    public void ATableIsItsRecords(string text, string ending) =>
        Assert.Equal([new TextSample("a", "b"), new TextSample("c", "d")], Errors.Value(Read(text, ending)).Samples.ToArray());

    [Fact]
    public void AFieldInQuotesHoldsSeparatorsLineEndsAndQuotes()
    {
        DataSet data = Errors.Value(Read("prompt,completion\n\"a, \"\"b\"\"\nc\",\"42\"\nx,y\n", ".csv"));
        Assert.Equal(new TextSample("a, \"b\"\nc", "42"), data.Samples[0]);
        Assert.EndsWith("line 4", data.Places[1], StringComparison.Ordinal);
    }

    [Fact]
    public void AConversationIsJSONInItsField()
    {
        DataSet data = Errors.Value(Read("messages\n\"[{\"\"role\"\": \"\"user\"\", \"\"content\"\": \"\"hi\"\"}, {\"\"role\"\": "
            + "\"\"assistant\"\", \"\"content\"\": \"\"ho\"\"}]\"\n", ".csv"));
        Assert.Equal([new ChatMessage("user", "hi"), new ChatMessage("assistant", "ho", true)], data.Samples[0].Messages.ToArray());
        Assert.Equal(["1 of messages"], data.Forms.ToArray());
    }

    [Theory]
    [InlineData("prompt,completion\na,b,c\n", "line 2: expected 2 fields, one a column, found 3")]
    [InlineData("prompt,completion\na,\"b\n", "line 2: expected a closing quote")]
    [InlineData("prompt,prompt\na,b\n", "prompt twice")]
    [InlineData("prompt,\na,b\n", "a column without a name")]
    [InlineData("prompt,completion\na,b\n,\n", "")]
    [InlineData("prompt,reason\na,because\n", "line 2")]
    [InlineData("", "")]
    public void WhatIsNoTableIsNamedWithItsLine(string text, string words)
    {
        Either<FloeError, DataSet> read = Read(text, ".csv");
        if (words.Length > 0 || text.Length == 0)
        {
            Assert.Contains(words, Errors.Of(read).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Single(Errors.Value(read).Samples.ToArray());
        }
    }

    private Either<FloeError, DataSet> Read(string text, string ending)
    {
        File.WriteAllText(scratch.At("d" + ending), text);
        return DataFile.Read(scratch.At("d" + ending));
    }
}
