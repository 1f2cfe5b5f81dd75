using System.CommandLine;
using System.CommandLine.Help;
using Floe.Domain;
using Floe.Effects.Files;

namespace Floe.Cli.Shell;

/// <summary>From a command line to an exit code: parse, run, show errors. The one place where an unexpected exception is met.</summary>
internal static class Host
{
    private const int Bug = 1;
    private const int WrongUsage = 2;
    private const int InputOrOutput = 4;

    /// <summary>Runs the process's command line.</summary>
    /// <param name="args">The words.</param>
    /// <param name="commands">The commands that they are read against.</param>
    /// <returns>0, 1 a bug, 2 usage, 3 data, 4 input or output, 5 a check that failed, 130 or 143 when stopped by a signal.</returns>
    public static int RunProcess(string[] args, Func<string[], RootCommand> commands)
    {
        Signals signals = Signals.Listen();
        Terminal terminal = Terminal.OfProcess(signals.Stop);
        signals.Say = terminal.Say;
        int code = Run(args, commands, terminal, stopsItself => signals.CommandStopsItself = stopsItself);
        signals.CommandStopsItself = false;
        return signals.ExitCode != 0 ? signals.ExitCode : code == 0 && terminal.MessagesLost() ? InputOrOutput : code;
    }

    /// <summary>Runs a command line against any terminal; what a test calls.</summary>
    public static int Run(string[] args, Func<string[], RootCommand> commands, Terminal terminal) =>
        Run(args, commands, terminal, _ => { });

    private static int Run(string[] args, Func<string[], RootCommand> commands, Terminal terminal, Action<bool> announce)
    {
        try
        {
            int code = Dispatch(commands(args), args, terminal, announce);
            terminal.Out.Flush();
            return code;
        }
        catch (OutputLostException lost)
        {
            return ErrorPage.Show(terminal, lost.InnerException is { } refusal
                ? FileErrors.Translate("standard output", "write", refusal)
                : new FloeError.Io("standard output", "write", lost.Message, "Send it to a file, to a program or to /dev/null."));
        }
#pragma warning disable CA1031 // the outermost edge: whatever arrives here is a bug, and is reported as one
        catch (Exception bug)
#pragma warning restore CA1031
        {
            terminal.Say($"floe: a bug in Floe: {bug.GetType().Name}: {bug.Message}");
            terminal.Say(Environment.GetEnvironmentVariable("FLOE_DEBUG") is { Length: > 0 }
                ? bug.ToString()
                : "Please report it with the command that you typed and what FLOE_DEBUG=1 prints.");
            return Bug;
        }
    }

    private static int Dispatch(RootCommand root, string[] args, Terminal terminal, Action<bool> announce)
    {
        ParseResult parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Action is HelpAction)
        {
            HelpPage.Write(parse.CommandResult.Command, terminal);
            return 0;
        }

        if (UsageErrors.Of(parse) is { Count: > 0 } errors)
        {
            foreach (string error in errors)
            {
                terminal.Say(error);
            }

            return WrongUsage;
        }

        if (parse.CommandResult.Command is not FloeCommand command)
        {
            return parse.Invoke(
                new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false });
        }

        announce(command.StopsItself);
        return Guards.Run(command, new Invocation(parse, terminal)).Match(
            Right: _ => 0,
            Left: error => ErrorPage.Show(terminal, error));
    }
}
