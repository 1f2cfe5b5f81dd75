using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Floe.Cli.Commands;
using Floe.Cli.Shell;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>The example on each command's help page: it can be typed as it stands in the root of a clone.</summary>
public sealed class ExampleTests
{
    private static readonly string[] WritesToFolder = ["--out", "--tasks"];

    /// <summary>Commands whose example needs nothing but the repository and takes seconds.</summary>
    public static TheoryData<string> Cheap =>
        ["inspect", "select", "sweep", "allocate", "compare", "laws", "run", "corpus", "eval", "generate"];

    private static FloeCommand[] Commands { get; } = [.. Under(Catalogue.Root([]))];

    [Fact]
    public void EachIsALineOfItsOwnCommand()
    {
        RootCommand root = Catalogue.Root([]);
        Assert.All(Commands, command =>
        {
            ParseResult parse = root.Parse(Words(command)[1..]);
            Assert.Empty(UsageErrors.Of(parse));
            Assert.Equal(command.Name, parse.CommandResult.Command.Name);
        });
    }

    [Fact]
    public void WhatEachReadsIsInTheRepositoryOrWrittenByAnother()
    {
        // A model on a hub is neither: floe pull fetches it.
        string hub = Words(Commands.Single(command => command.Name == "pull"))[2];
        string[] written = ["runs/quickstart", hub, .. Commands.SelectMany(command => Paths(command, written: true))];
        Assert.All(Commands.SelectMany(command => Paths(command, written: false)), path => Assert.True(
            Path.Exists(Path.Combine(FixtureFolders.RepositoryRoot, path))
                || written.Any(folder => $"{path}/".StartsWith($"{folder}/", StringComparison.Ordinal)), path));
    }

    [Fact]
    public void NoneWritesOverTheDataOfTheRepository() => Assert.DoesNotContain(
        Commands.SelectMany(command => Paths(command, written: true)), path => path.StartsWith("data", StringComparison.Ordinal)
            || path.StartsWith("plans", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Cheap))]
    public void RunsAsItStands(string name)
    {
        using Scratch scratch = new();
        string line = Regex.Replace(
            Commands.Single(command => command.Name == name).Example, $"({string.Join('|', WritesToFolder)}) (\\S+)", found =>
                $"{found.Groups[1]} '{scratch.At(found.Groups[2].Value)}'");
        FloeProcess floe = FloeProcess.Shell(line);
        Assert.True(floe.Code == 0, floe.Error);
        Assert.NotEmpty(floe.Out);
    }

    private static IEnumerable<FloeCommand> Under(Command command) =>
        command.Subcommands.SelectMany(Under).Concat(command is FloeCommand one ? [one] : []);

    private static string[] Words(FloeCommand command) => [.. CommandLineParser.SplitCommandLine(command.Example)];

    private static IEnumerable<string> Paths(FloeCommand command, bool written)
    {
        string[] words = Words(command);
        return words.Where(
            (word, i) => i > 0
                && (written
                    ? WritesToFolder.Contains(words[i - 1])
                    : word.Contains('/', StringComparison.Ordinal) && !WritesToFolder.Contains(words[i - 1])));
    }
}
