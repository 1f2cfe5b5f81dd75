using System.CommandLine;

namespace Floe.Cli.Shell;

/// <summary>One call of a command: its parsed values and where it writes.</summary>
/// <param name="Parse">The parsed line, free of errors.</param>
/// <param name="Terminal">Where it writes.</param>
internal sealed record Invocation(ParseResult Parse, Terminal Terminal)
{
    /// <summary>An option's value or its default.</summary>
    public T Get<T>(Option<T> option) => Parse.GetValue(option)!;

    /// <summary>An argument's value or its default.</summary>
    public T Get<T>(Argument<T> argument) => Parse.GetValue(argument)!;

    /// <summary>Whether an option was typed.</summary>
    public bool Given(Option option) => Parse.GetResult(option) is { Implicit: false };
}
