using System.Text;

namespace Floe.Cli.Shell;

/// <summary>Where a command writes: results to <paramref name="Out"/>, progress and messages to <paramref name="Error"/>.</summary>
/// <param name="Out">Standard output, buffered; the host flushes it.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Colour">Whether messages may be coloured: a terminal, and NO_COLOR is not set.</param>
/// <param name="Live">Whether a line on <paramref name="Error"/> may be rewritten in place: it is a terminal.</param>
/// <param name="Width">Columns to wrap at.</param>
/// <param name="Stop">Cancelled by the first SIGINT or SIGTERM.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool Colour, bool Live, int Width, CancellationToken Stop)
{
    private const int DefaultWidth = 100;

    /// <summary>Whether something written to standard error is lost.</summary>
    public Func<bool> MessagesLost { get; init; } = () => false;

    /// <summary>Standard input as text, for a command that talks; opened when it is first asked for.</summary>
    public Func<TextReader> In { get; init; } = () => Console.In;

    /// <summary>The process's own streams. Reading the width asks the terminal, so it is done only where there is one.</summary>
    /// <param name="stop">Cancelled when the process is asked to end.</param>
    public static Terminal OfProcess(CancellationToken stop)
    {
        UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);
        StandardStream messages = StandardStream.Messages();
        bool live = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new Terminal(
            new StreamWriter(StandardStream.Output(), utf8, 1 << 14) { NewLine = "\n" },
            new StreamWriter(messages, utf8, 1 << 10) { AutoFlush = true, NewLine = "\n" },
            live && Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 },
            live,
            Console.IsOutputRedirected ? DefaultWidth : Math.Clamp(Console.WindowWidth, 40, 140),
            stop)
        {
            MessagesLost = () => messages.IsLost,
        };
    }

    /// <summary>One line for a person on standard error.</summary>
    public void Say(string line) => Error.WriteLine(line);

    /// <summary>One line about what was done otherwise than one may think, on standard error.</summary>
    public void Note(string line) => Say("note: " + line);

    /// <summary>One line about what may be wrong, on standard error.</summary>
    public void Warn(string line) => Say("warning: " + line);
}
