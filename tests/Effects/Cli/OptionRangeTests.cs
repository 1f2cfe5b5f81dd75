using System.CommandLine;
using System.Text.RegularExpressions;
using Floe.Cli.Commands;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>Every option that takes a number says both ends of its range when it is given something else.</summary>
public sealed partial class OptionRangeTests
{
    public static TheoryData<string, string> Numbers
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (Command command in Leaves(Catalogue.Root([])))
            {
                foreach (
                    Option option in command.Options.Where(
                        o => Nullable.GetUnderlyingType(o.ValueType) is var inner && (inner ?? o.ValueType) is { } type
                    && (type == typeof(int) || type == typeof(double) || type == typeof(long) || type == typeof(double[]))))
                {
                    all.Add(PathOf(command), option.Name);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void BothEndsAreSaid(string command, string option)
    {
        foreach (string typed in (string[])["x", "1.5.2", "1e999"])
        {
            FloeProcess floe = Embedded.Run([.. command.Split(' '), option, typed]);
            Assert.True(floe.Code == 2 && Range().IsMatch(floe.Error), $"{command} {option} {typed}: {floe.Error}");
        }
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand
            ? $"{PathOf(parent)} {command.Name}"
            : command.Name;

    [GeneratedRegex(@"expected a (whole )?number from -?[0-9.E+-]+ to [0-9.E+-]+, found '")]
    private static partial Regex Range();
}
