using System.CommandLine;
using System.Text.RegularExpressions;
using Floe.Cli.Commands;
using Floe.Domain;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>A remedy works when it is followed: what it names exists, and the main ones are followed here.</summary>
public sealed partial class RemedyTests : IDisposable
{
    // Options of other programs that messages name.
    private static readonly string[] Foreign = [];
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void EveryOptionAndCommandThatAMessageNamesExists()
    {
        RootCommand root = Catalogue.Root([]);
        string[] options = [
            .. All(root).SelectMany(command => command.Options).SelectMany(option => option.Aliases.Append(option.Name)), .. Foreign];
        string[] commands = [.. root.Subcommands.Select(command => command.Name), "setup"];
        foreach ((string file, string text) in Literals())
        {
            Assert.All(
                OptionWord().Matches(text), match => Assert.True(options.Contains(match.Value), $"{file}: {match.Value} in \"{text}\""));
            Assert.All(
                CommandWord().Matches(text), match =>
                    Assert.True(commands.Contains(match.Groups[1].Value), $"{file}: {match.Value} in \"{text}\""));
        }
    }

    [Fact]
    public void EveryRemedyEndsAsASentence()
    {
        FloeError[] errors =
        [
            new FloeError.Usage("a", "b", "c", "Do it"), new FloeError.BadData("a", "b", "c", "Do it"),
                new FloeError.Unsupported("a", "b", "c", "Do it"),
            new FloeError.Io("a", "b", "c", "Do it"), new FloeError.Verification("a", "b", "c", "Do it."),
        ];
        Assert.All(errors, error => Assert.EndsWith(". Do it.", error.Message, StringComparison.Ordinal));
    }

    /// <summary>A wrong input, the words of its remedy, and the shell line that follows it.</summary>
    [Theory]
    [InlineData(
        "{\n\"text\": \"a b c\"\n}\n", "jq -c .", "python3 -c 'import json,sys; print(json.dumps(json.load(sys.stdin)))' < IN > OUT")]
    [InlineData("{\"text\": \"a b c\"}\r{\"text\": \"b\"}\r", "tr '\\r' '\\n'", "tr '\\r' '\\n' < IN > OUT")]
    [InlineData("{\"text\": \"a b c\"}{\"text\": \"b\"}\n", "one JSON object a line", "sed 's/}{/}\\n{/' IN > OUT")]
    [InlineData("[{\"text\": \"a b c\"},]\n", "Take the last comma out", "sed 's/,]/]/' IN > OUT")]
    [InlineData("{\"text\": \"a b c\", \"n\": NaN}\n", "Write null", "sed 's/NaN/null/' IN > OUT")]
    [InlineData("# head\n{\"text\": \"a b c\"}\n", "Take the comments out", "sed '/^#/d' IN > OUT")]
    [InlineData(
        "{\"messages\": [{\"role\": \"human\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}]}\n",
            "Rename the role to user", "sed 's/human/user/' IN > OUT")]
    [InlineData(
        "{\"prompt\": \"a\", \"completion\": \"b\", \"system\": \"c\"}\n", "take the key out", "sed 's/, \"system\": \"c\"//' IN > OUT")]
    [InlineData(
        "{\"prompt\": \"a\", \"completion\": \"b\", \"answer\": \"c\"}\n", "Keep one of them", "sed 's/, \"answer\": \"c\"//' IN > OUT")]
    [InlineData("PACKED", "gunzip", "gunzip < IN > OUT")]
    [InlineData("UTF-16LE", "iconv -f UTF-16LE -t UTF-8", "iconv -f UTF-16LE -t UTF-8 IN > OUT")]
    [InlineData("UTF-16BE", "iconv -f UTF-16BE -t UTF-8", "iconv -f UTF-16BE -t UTF-8 IN > OUT")]
    public void ARemedyForDataIsFollowedAndHelps(string text, string words, string line)
    {
        string wrong = scratch.At("in.jsonl"), right = scratch.At("out.jsonl");
        File.WriteAllText(scratch.At("plain"), "{\"text\": \"a b c\"}\n");
        if (text is "PACKED" or "UTF-16LE" or "UTF-16BE")
        {
            Assert.Equal(
                0, FloeProcess.Shell(
                    text == "PACKED"
                        ? $"gzip < {scratch.At("plain")} > {wrong}"
                        : $"iconv -f UTF-8 -t {text} {scratch.At("plain")} > {wrong}").Code);
        }
        else
        {
            File.WriteAllText(wrong, text);
        }

        FloeProcess refused = Embedded.Run("eval", "--model", Embedded.Model, "--data", wrong);
        Assert.Equal(3, refused.Code);
        Assert.Contains(words, refused.Error, StringComparison.Ordinal);
        FloeProcess followed = FloeProcess.Shell(
            line.Replace("IN", wrong, StringComparison.Ordinal).Replace("OUT", right, StringComparison.Ordinal));
        Assert.True(followed.Code == 0, followed.Error);
        Embedded.Done("inspect", right);
    }

    [Fact]
    public void LeavingTheLengthOutHelpsALongSample()
    {
        File.WriteAllText(scratch.At("long.jsonl"), $$"""{"prompt": "a", "completion": "{{string.Concat(Enumerable.Repeat(" boat", 300))}}"}""");
        string[] line = ["eval", "--model", Embedded.Model, "--data", scratch.At("long.jsonl")];
        FloeProcess refused = Embedded.Run([.. line, "--length", "400"]);
        Assert.Contains("Leave the length out, or give one of at most 128", refused.Error, StringComparison.Ordinal);
        Embedded.Done(line);
        Embedded.Done([.. line, "--length", "128"]);
    }

    [Fact]
    public void RenamingAFileToItsKindHelps()
    {
        File.WriteAllText(scratch.At("data.txt"), "{\"text\": \"a b c d\"}\n");
        FloeProcess refused = Embedded.Run("eval", "--model", Embedded.Model, "--text", scratch.At("data.txt"));
        Assert.Contains("Rename it to .jsonl", refused.Error, StringComparison.Ordinal);
        File.Move(scratch.At("data.txt"), scratch.At("data.jsonl"));
        Embedded.Done("eval", "--model", Embedded.Model, "--text", scratch.At("data.jsonl"));
    }

    [Fact]
    public void WritingAPipeToAFileHelps()
    {
        FloeProcess refused = FloeProcess.Shell("floe select <(cat data/smollm2/scores.parquet) --n 3");
        Assert.Contains("Write the data to a file first.", refused.Error, StringComparison.Ordinal);
        FloeProcess followed = FloeProcess.Shell($"cat data/smollm2/scores.parquet > {scratch.At("s.parquet")} && floe select "
            + $"{scratch.At("s.parquet")} --n 3 --out {scratch.At("o")}");
        Assert.True(followed.Code == 0, followed.Error);
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Append(command);

    /// <summary>The texts of messages that name an option or a command of Floe and end as a remedy does.</summary>
    internal static IEnumerable<(string File, string Text)> NamingRemedies() => Sources()
        .SelectMany(source => Raised().Matches(source.Text).Select(match => Call(source.Text, match.Index + match.Length))
            .Concat(Constant().Matches(source.Text).Select(match => match.Value))
            .SelectMany(call => Literal().Matches(call).Select(literal => (source.File, literal.Groups[1].Value))))
        .Where(found => (OptionWord().IsMatch(found.Value) || CommandWord().IsMatch(found.Value)) && found.Value.TrimEnd().EndsWith('.'))
        .Distinct();

    // What stands between an error's brackets.
    private static string Call(string text, int from)
    {
        int open = 1, at = from;
        for (bool quoted = false; open > 0 && at < text.Length; at++)
        {
            quoted ^= text[at] == '"' && text[at - 1] != '\\';
            open += quoted ? 0 : text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
        }

        return text[from..at];
    }

    /// <summary>All texts of the sources.</summary>
    internal static IEnumerable<(string File, string Text)> Literals() => Sources()
        .SelectMany(source => Literal().Matches(source.Text).Select(match => (source.File, match.Groups[1].Value)));

    private static IEnumerable<(string File, string Text)> Sources() => Directory
        .EnumerateFiles(Path.Combine(FixtureFolders.RepositoryRoot, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/build/", StringComparison.Ordinal))
        .Select(file => (Path.GetFileName(file), File.ReadAllText(file)));

    [GeneratedRegex(@"FloeError\.(Usage|BadData|Unsupported|Io|Verification)\(|=>\s+new\(|Origins\.Same\w*\(|UsageErrors\.\w+\(")]
    private static partial Regex Raised();

    [GeneratedRegex(@"const string \w+ =\s+""(?:[^""\\\n]|\\.)*"";")]
    private static partial Regex Constant();

    [GeneratedRegex(@"""((?:[^""\\\n]|\\.)*)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]+")]
    private static partial Regex OptionWord();

    [GeneratedRegex(@"(?:^|(?<!tool)[\s(`])(?:\./)?floe ([a-z]+)")]
    private static partial Regex CommandWord();
}
