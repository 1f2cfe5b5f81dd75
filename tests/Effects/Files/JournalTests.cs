using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Files;

public class JournalTests
{
    [Fact]
    public void WhatIsAppendedIsRead()
    {
        using Scratch scratch = new();
        string path = scratch.At("new", "study.jsonl");
        string[] lines = [.. Enumerable.Range(0, 50).Select(i => $$"""{"trial":{{i}},"text":"größe 模型 \n"}""")];
        foreach (string line in lines)
        {
            Assert.True(Journal.Append(path, line).IsRight);
        }

        JournalContents read = Read(path);
        Assert.Equal(lines, read.Lines);
        Assert.True(read.Warning.IsNone);
    }

    [Fact]
    public void CutAnywhereTheWholeLinesStayAndAResumedJournalIsTheSame()
    {
        using Scratch scratch = new();
        string path = scratch.At("study.jsonl");
        string[] lines = ["""{"trial":0,"rank":8}""", """{"trial":1,"text":"größe"}""", """{"trial":2}"""];
        byte[] whole = System.Text.Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n")));
        for (int cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(path, whole[..cut]);
            JournalContents read = Read(path);
            int complete = whole[..cut].Count(b => b == (byte)'\n');
            Assert.Equal(lines.Take(complete), read.Lines);
            Assert.Equal(cut > 0 && whole[cut - 1] != (byte)'\n', read.Warning.IsSome);
            foreach (string line in lines.Skip(complete))
            {
                Assert.True(Journal.Append(path, line).IsRight);
            }

            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void ATornTailLongerThanABufferIsCutOff()
    {
        using Scratch scratch = new();
        string path = scratch.At("run.jsonl");
        File.WriteAllText(path, "{\"a\":1}\n{\"b\":\"" + new string('x', 20_000));
        Assert.True(Journal.Append(path, """{"c":3}""").IsRight);
        Assert.Equal("{\"a\":1}\n{\"c\":3}\n", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("{\"a\":1}\n\n{\"b\":2}\n", "line 2")]
    [InlineData("{\"a\":1}\n[2]\n", "line 2")]
    [InlineData("{\"a\":1} {\"b\":2}\n", "line 1")]
    [InlineData("{\"a\":\n", "line 1")]
    public void ALineInTheMiddleThatIsNoObjectIsNamed(string text, string where)
    {
        using Scratch scratch = new();
        string path = scratch.At("run.jsonl");
        File.WriteAllText(path, text);
        FloeError.BadData error = Assert.IsType<FloeError.BadData>(Errors.Of(Journal.Read(path)));
        Assert.EndsWith(where, error.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void InvalidUtf8IsNamed()
    {
        using Scratch scratch = new();
        string path = scratch.At("run.jsonl");
        File.WriteAllBytes(path, [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}', (byte)'\n']);
        Assert.IsType<FloeError.BadData>(Errors.Of(Journal.Read(path)));
    }

    [Theory]
    [InlineData("{\"a\":\n1}")]
    [InlineData("not json")]
    [InlineData("{\"a\":1}{}")]
    [InlineData("")]
    public void WhatIsNoObjectOnOneLineIsNotAppended(string json)
    {
        using Scratch scratch = new();
        string path = scratch.At("run.jsonl");
        Assert.IsType<FloeError.BadData>(Errors.Of(Journal.Append(path, json)));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void AMissingJournalIsAnIoError()
    {
        using Scratch scratch = new();
        Assert.IsType<FloeError.Io>(Errors.Of(Journal.Read(scratch.At("none.jsonl"))));
    }

    private static JournalContents Read(string path) =>
        Errors.Value(Journal.Read(path));
}
