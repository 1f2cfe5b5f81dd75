using System.CommandLine;
using System.CommandLine.Help;

namespace Floe.Cli.Shell;

/// <summary>The <c>--help</c> of every command: what it is for, how to call it, every option with its default, an example.</summary>
internal static class HelpPage
{
    /// <summary>Writes the page of a command, or of a group of commands, to standard output.</summary>
    public static void Write(Command command, Terminal terminal)
    {
        string path = PathOf(command);
        terminal.Out.WriteLine(command.Description);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine("Usage:");
        terminal.Out.WriteLine("  " + UsageOf(command, path));
        Section(terminal, "Arguments:", command.Arguments.Select(a => ($"<{a.Name}>", a.Description ?? "")));
        Section(terminal, "Commands:", command.Subcommands.Select(c => (c.Name, c.Description ?? "")));
        Section(terminal, "Options:", command.Options.Where(o => !o.Hidden).Select(Row));
        if (command is FloeCommand { Example: string example })
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine("Example:");
            terminal.Out.WriteLine("  " + example);
        }
    }

    private static string PathOf(Command command)
    {
        Command? parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? "floe" : $"{PathOf(parent)} {command.Name}";
    }

    private static string UsageOf(Command command, string path) => string.Join(' ', new[] { path }
        .Concat(command.Subcommands.Count > 0 && command is not FloeCommand ? ["<command>"] : Array.Empty<string>())
        .Concat(command.Arguments.Select(a => a.Arity.MaximumNumberOfValues > 1 ? $"<{a.Name}>..." : $"<{a.Name}>"))
        .Append("[options]"));

    private static (string Name, string Text) Row(Option option)
    {
        string names = string.Join(
            ", ", option.Aliases.Where(a => a.StartsWith('-') && !a.StartsWith('/')).Where(a => a != "-?").Append(option.Name));
        string value = option.HelpName is { Length: > 0 } help && option is not HelpOption ? $" {help}" : "";
        string fallback = option.HasDefaultValue && option.GetDefaultValue() is { } d && d is not false and not ""
            ? $" (default {(option as IWorded)?.Typed(d) ?? Text(d)})"
            : "";
        return (names + value, option.Description + (option.Required ? " (required)" : fallback));
    }

    private static string Text(object value) =>
        value is System.Collections.IEnumerable many and not string
            ? string.Join(' ', many.Cast<object>().Select(Text))
            : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private static void Section(Terminal terminal, string title, IEnumerable<(string Name, string Text)> rows)
    {
        (string Name, string Text)[] all = [.. rows];
        if (all.Length == 0)
        {
            return;
        }

        terminal.Out.WriteLine();
        terminal.Out.WriteLine(title);
        int column = Math.Min(30, all.Max(r => r.Name.Length) + 4);
        foreach ((string name, string text) in all)
        {
            string[] lines = [.. Wrap(text, terminal.Width - column)];
            string first = ("  " + name).PadRight(column);
            bool own = name.Length + 3 > column;
            terminal.Out.WriteLine((own ? "  " + name : first + lines[0]).TrimEnd());
            foreach (string line in own ? lines : lines[1..])
            {
                terminal.Out.WriteLine((new string(' ', column) + line).TrimEnd());
            }
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }
}
