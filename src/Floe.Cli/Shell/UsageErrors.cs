using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Floe.Cli.Shell;

/// <summary>What is wrong with a command line, one line a fault, with the nearest name where one is near.</summary>
internal static class UsageErrors
{
    /// <summary>The faults; empty when the line is sound.</summary>
    public static IReadOnlyList<string> Of(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        string path = PathOf(parse);
        List<string> faults = [.. UnknownOptions(parse).Select(token => $"unknown option '{token}'{Nearest(token, Names(command))}")];
        if (faults.Count == 0)
        {
            faults.AddRange(parse.UnmatchedTokens.Count > 0
                ? parse.UnmatchedTokens.Select(token => Unmatched(command, token))
                : parse.Errors.Select(e => Fault(command, e.Message)));
        }

        return [.. faults.Select((fault, i) => $"{path}: {fault}." + (i == faults.Count - 1 ? $" See '{path} --help'." : ""))];
    }

    /// <summary>The words that lead to the parsed command, such as <c>floe tokenizer train</c>.</summary>
    private static string PathOf(ParseResult parse)
    {
        List<string> names = [];
        for (SymbolResult? at = parse.CommandResult; at is CommandResult result; at = result.Parent)
        {
            names.Insert(0, result.Command is RootCommand ? "floe" : result.Command.Name);
        }

        return string.Join(' ', names);
    }

    private static string Fault(Command command, string message) => IsGroup(command)
        ? $"a command is missing: {string.Join(", ", command.Subcommands.Select(c => c.Name))}"
        : message.TrimEnd('.');

    private static string Unmatched(Command command, string token) => IsGroup(command)
        ? $"unknown command '{token}'{Nearest(token, command.Subcommands.Select(c => c.Name))}"
        : $"unexpected argument '{token}'";

    // A command that does something by itself may have others under it.
    private static bool IsGroup(Command command) => command is not FloeCommand && command.Subcommands.Count > 0;

    // The parser hands an unknown option to an argument that still has room; a file name never starts with a dash unless "--" came before.
    private static IEnumerable<string> UnknownOptions(ParseResult parse) => parse.Tokens
        .TakeWhile(t => t.Type != TokenType.DoubleDash)
        .Where(t => t.Type == TokenType.Argument && t.Value.Length > 1 && t.Value[0] == '-')
        .Select(t => t.Value)
        .Where(v => !double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static IEnumerable<string> Names(Command command) => command.Options.Select(o => o.Name);

    private static string Nearest(string typed, IEnumerable<string> names)
    {
        string? nearest = names.Where(n => Distance(typed, n) <= 2).MinBy(n => Distance(typed, n));
        return nearest is null ? "" : $"; did you mean '{nearest}'";
    }

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
