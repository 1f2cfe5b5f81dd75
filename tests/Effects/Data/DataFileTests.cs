using System.Text;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Data;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Data;

/// <summary>Which records a data file may hold, and how a wrong one is named.</summary>
public sealed class DataFileTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"floe-data-{Guid.NewGuid():N}.jsonl");

    public static TheoryData<string> AssetFiles
    {
        get
        {
            string folder = Path.Combine(FixtureFolders.Assets, "datasets");
            TheoryData<string> files = [];
            foreach (
                string file in Directory.Exists(folder)
                    ? Directory.GetFiles(folder, "*.json*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                    : Enumerable.Empty<string>())
            {
                files.Add(Path.GetRelativePath(folder, file));
            }

            if (files.Count == 0)
            {
                files.Add(FixtureFolders.Absent);
            }

            return files;
        }
    }

    [Theory]
    [InlineData("""{"prompt": "p", "completion": "c"}""", "p", "c")]
    [InlineData("""{"question": "q", "answer": "a"}""", "Question: q\nAnswer:", " a")]
    [InlineData("""{"inputs": "i", "targets": "t"}""", "i", "t")]
    [InlineData("""{"text": "t", "id": 3}""", "", "t")]
    [InlineData("""[{"prompt": "p", "completion": "c"}]""", "p", "c")]
    public void RecordsAreKnownByTheirKeys(string line, string prompt, string completion) =>
        Assert.Equal(
            [new TextSample(prompt, completion)], Read(line)
                .Match(Right: data => data.Samples.ToArray(), Left: error => throw new InvalidOperationException(error.Message)));

    [Fact]
    public void MessagesAndConversationsAreOneSampleEach()
    {
        TextSample[] samples = Read("""
            {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}, {"role": "assistant", "content": "hu"}, {"role": "user", "content": "hm"}]}
            {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "ho"}, {"from": "gpt", "value": "hu"}]}
            {"conversations": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}, {"from": "assistant", "value": "hu"}]}
            """).Match(Right: data => data.Samples.ToArray(), Left: error => throw new InvalidOperationException(error.Message));
        Assert.All(samples, sample => Assert.Equal(
            [new ChatMessage("user", "hi"), new ChatMessage("assistant", "ho", true), new ChatMessage("assistant", "hu", true)],
                sample.Messages.ToArray()));
        Assert.Equal("hu", samples[0].Completion);
    }

    [Fact]
    public void TheOrderOfKeysIsFreeInEachRecordAndNumbersHaveNoBounds() => Assert.Equal(
        [new TextSample("p", "c"), new TextSample("q", "d"), new TextSample("r", "e")],
        Errors.Value(Read("""
            {"prompt": "p", "completion": "c", "id": 18446744073709551616}
            {"id": -9223372036854775809, "completion": "d", "prompt": "q"}
            {"completion": "e", "score": 123456789012345678901234567890.5, "prompt": "r"}
            """)).Samples.ToArray());

    [Theory]
    [InlineData(".json", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n")]
    [InlineData(".json", "[{\"text\": \"a\"}, {\"text\": \"b\"}]")]
    [InlineData(".jsonl", "[\n{\"text\": \"a\"},\n{\"text\": \"b\"}\n]\n")]
    [InlineData(".ndjson", "\uFEFF{\"text\": \"a\"}\r\n\r\n{\"text\": \"b\"}")]
    public void LinesAndListsAreReadUnderEitherEnding(string ending, string text)
    {
        string file = Path.ChangeExtension(path, ending);
        try
        {
            File.WriteAllText(file, text);
            Assert.Equal([new TextSample("", "a"), new TextSample("", "b")], Errors.Value(DataFile.Read(file)).Samples.ToArray());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UTF16BehindItsMarkIsRead(bool bigEndian)
    {
        UnicodeEncoding wide = new(bigEndian, byteOrderMark: true);
        byte[] bytes = [.. wide.GetPreamble(), .. wide.GetBytes("{\"text\": \"größe 中 😀\"}\r\n{\"text\": \"b\"}")];
        File.WriteAllBytes(path, bytes);
        Assert.Equal(
            [new TextSample("", "größe 中 😀"), new TextSample("", "b")], Errors.Value(DataFile.Read(path)).Samples.ToArray());
        File.WriteAllBytes(path, bytes[..^1]);
        Assert.Contains("line 2: expected text in UTF-16", Errors.Of(DataFile.Read(path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, [.. wide.GetPreamble(), .. wide.GetBytes("{\"text\": \"a\"}\n{\"text\": }")]);
        Assert.Contains("line 2", Errors.Of(DataFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AlpacaHasAFormWithAnInputAndOneWithout()
    {
        TextSample[] samples = Read("""
            {"instruction": "Do.", "input": "x", "output": "y"}
            {"instruction": "Do.", "input": "", "output": "y"}
            """).Match(Right: data => data.Samples.ToArray(), Left: error => throw new InvalidOperationException(error.Message));
        Assert.Contains("### Input:\nx\n\n### Response:\n", samples[0].Prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("Input", samples[1].Prompt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"text\": \"a\"}\n{\"text\": }", "line 2")]
    [InlineData("{\"text\": \"a\"}\n\n{\"prompt\": \"a\", \"completion\": 3}", "line 3: completion")]
    [InlineData("{\"prompt\": \"a\"}", "completion")]
    [InlineData("{\"foo\": 1, \"bar\": 2}", "keys foo, bar")]
    [InlineData("[{\"text\": \"a\"}, {\"text\": null}]", "item 2")]
    [InlineData("{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}", "assistant")]
    [InlineData("{\"text\": \"\\ud800\"}", "line 1")]
    [InlineData("", "at least one sample")]
    [InlineData("\n \n", "at least one sample")]
    public void ErrorsNameLineAndKey(string text, string named)
    {
        FloeError error = Read(text).Match(Right: _ => new FloeError.Usage("", "", "", ""), Left: found => found);
        Assert.IsType<FloeError.BadData>(error);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BytesThatAreNotUTF8AreNamedByTheirLine()
    {
        File.WriteAllBytes(path, [.. "{\"text\": \"a\"}\n{\"text\": \""u8, 0xFF, .. "\"}"u8]);
        Assert.Contains("line 2", DataFile.Read(path).Match(Right: _ => "", Left: error => error.Message), StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFileIsAnErrorOfTheSystem() =>
        Assert.Equal(4, DataFile.Read(path).Match(Right: _ => 0, Left: error => error.ExitCode));

    [Fact]
    public void SeveralFilesAreJoinedInOrder()
    {
        File.WriteAllText(path, "{\"text\": \"a\"}\n{\"text\": \"b\"}");
        Assert.Equal(
            "abab", DataFile.ReadAll([path, path])
                .Match(Right: data => string.Concat(data.Samples.Select(sample => sample.Completion)), Left: error => error.Message));
    }

    [Theory]
    [Trait("Category", "Fixtures")]
    [MemberData(nameof(AssetFiles))]
    public void PublicDataSetsAreReadOrTheirKeysNamed(string file) => FixtureCase.Run("datasets", file, () =>
        DataFile.Read(Path.Combine(FixtureFolders.Assets, "datasets", file)).Match<Either<FloeError, Unit>>(
            Right: data =>
            {
                Assert.DoesNotContain(data.Samples, sample => sample.Prompt.Length + sample.Completion.Length == 0);
                return Prelude.unit;
            },
            Left: error => error is FloeError.BadData { Expected: string expected } bad
                && expected.StartsWith("keys", StringComparison.Ordinal)
                ? new FloeError.Unsupported(bad.Where, bad.Found, expected, bad.Remedy)
                : error));

    public void Dispose() => File.Delete(path);

    private Either<FloeError, DataSet> Read(string text)
    {
        File.WriteAllText(path, text);
        return DataFile.Read(path);
    }
}
