using Floe.Domain;

namespace Floe.Cli.Shell;

/// <summary>Errors as a person sees them: one line each, all at once.</summary>
internal static class ErrorPage
{
    /// <summary>Writes an error to standard error.</summary>
    /// <returns>The exit code that belongs to it.</returns>
    public static int Show(Terminal terminal, FloeError error)
    {
        string label = terminal.Colour ? "\e[31merror:\e[0m " : "error: ";
        foreach (string line in error.Message.Split('\n'))
        {
            terminal.Say(label + line);
        }

        return error.ExitCode;
    }
}
