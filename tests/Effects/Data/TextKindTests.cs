using System.Text.Json.Nodes;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Data;

/// <summary>Whether a file holds samples or plain text is decided alike by every command that reads text: the same bytes under each
/// ending.</summary>
public sealed class TextKindTests : IDisposable
{
    private const string Json = "{\"text\": \"Once upon a time there was a boat and a small red house by the sea where Anna lived.\"}\n";
    private const string Words = "Once upon a time there was a boat and a small red house by the sea where Anna lived.\n";

    // What each command does with the text at PATH.
    private static readonly string[] Commands =
    [
        "eval --model MODEL --text PATH",
        "eval --model MODEL --data PATH",
        "collect --model MODEL --data SAMPLE --text PATH --tokens 8 --sequences 1 --no-statistics --out OUT",
        "collect --model MODEL --data PATH --tokens 8 --sequences 1 --no-statistics --out OUT",
        "adapt --model MODEL --data PATH --steps 1 --layers 0 --out OUT",
        "generate --model MODEL --text PATH --tokens 1",
        "tokenizer train PATH --size 257 --out OUT",
        "inspect PATH",
    ];

    private readonly Scratch scratch = new();

    public static TheoryData<string> All => [.. Commands];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(All))]
    public void TheEndingSaysWhatAFileIsInAnyCase(string command)
    {
        bool plainOnly = command.StartsWith("generate", StringComparison.Ordinal), samplesOnly = command.Contains(
            "--data PATH", StringComparison.Ordinal);
        foreach (string ending in (string[])[".jsonl", ".JSONL", ".ndjson", ".NdJson", ".json", ""])
        {
            Expect(command, "a" + ending, Json, !plainOnly, "samples");
        }

        foreach (string ending in (string[])[".txt", ".TXT", ".md", ".raw", ""])
        {
            Expect(command, "b" + ending, Words, !samplesOnly, "plain text");
        }

        foreach (string ending in (string[])[".txt", ".MD"])
        {
            Expect(command, "c" + ending, Json, false, "Rename it to .jsonl");
        }

        foreach (string ending in (string[])[".dat", ".jsonl2", ".xls", ".jsn"])
        {
            Expect(command, "d" + ending, Json, false, ending);
            Expect(command, "e" + ending, Words, false, ending);
        }
    }

    [Fact]
    public void SamplesMeanTheSameTokensWhateverTheirEnding()
    {
        string[] results = [.. ((string[])["x.jsonl", "x.ndjson", "x.JSON", "x"]).Select(name => Evaluated(name, Json))];
        Assert.All(results, result => Assert.Equal(results[0], result));
        Assert.NotEqual(results[0], Evaluated("y.txt", Words.TrimEnd('\n') + " And more."));
    }

    private string Evaluated(string name, string text)
    {
        File.WriteAllText(scratch.At(name), text);
        JsonNode result = JsonNode.Parse(Embedded.Done("eval", "--model", Embedded.Model, "--text", scratch.At(name), "--json").Out)!;
        return result.ToJsonString();
    }

    private void Expect(string command, string name, string text, bool read, string named)
    {
        string path = scratch.At(name), sample = scratch.At("sample.jsonl");
        File.WriteAllText(path, text);
        File.WriteAllText(sample, Json);
        FloeProcess floe = Embedded.Run([.. command.Split(' ').Select(word => word switch
        {
            "MODEL" => Embedded.Model,
            "PATH" => path,
            "SAMPLE" => sample,
            "OUT" => scratch.At($"out{name}{text.Length}"),
            _ => word,
        })]);
        Assert.True(floe.Code == (read ? 0 : 3), $"{command} {name}: {floe.Code} {floe.Error}");
        if (!read)
        {
            Assert.Contains(named, floe.Error, StringComparison.Ordinal);
            Assert.Contains(name, floe.Error, StringComparison.Ordinal);
        }
    }
}
