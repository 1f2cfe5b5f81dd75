using System.CommandLine;
using Floe.Domain;
using LanguageExt;

namespace Floe.Cli.Shell;

/// <summary>A command as the parser knows it, with an example for its help page and what it does.</summary>
internal sealed class FloeCommand : Command
{
    /// <summary>Creates a command; arguments are shown and read in the order given.</summary>
    /// <param name="name">What is typed after <c>floe</c>.</param>
    /// <param name="summary">One line for the list of commands.</param>
    /// <param name="example">See <see cref="Example"/>.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="run">What it does with the parsed values.</param>
    public FloeCommand(string name, string summary, string example, Symbol[] symbols, Func<Invocation, Either<FloeError, Unit>> run)
        : base(name, summary)
    {
        Example = example;
        Run = run;

        // The host calls Run; without an action the parser would take a command that has others under it for a mere group of them.
        SetAction(_ => 0);
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                Arguments.Add(argument);
            }
            else if (symbol is Option option)
            {
                Options.Add(option);
            }
        }
    }

    /// <summary>
    /// One line that can be typed as it stands in the root of a clone. What it reads is in the repository, or is what the example of
    /// another command writes: <c>runs/quickstart</c> and <c>corpus</c>.
    /// </summary>
    public string Example { get; }

    /// <summary>What it does.</summary>
    public Func<Invocation, Either<FloeError, Unit>> Run { get; }

    /// <summary>Whether it takes the lock of the folder that it writes by itself: a run, whose folder its plan may name.</summary>
    public bool LocksItself { get; init; }

    /// <summary>Whether it looks at <see cref="Terminal.Stop"/>, saves what it has and returns.</summary>
    public bool StopsItself { get; init; }
}
