using System.CommandLine;
using System.CommandLine.Parsing;

namespace Floe.Cli.Options;

/// <summary>An option or argument that names a file or a folder refuses an empty text: a variable of the shell that is not set would stand
/// for the present folder.</summary>
internal static class Places
{
    private static readonly string[] Words = ["PATH", "FILE", "FOLDER"];

    /// <summary>The option with that check, where its value names a place.</summary>
    public static Setting<T> OfPlaces<T>(this Setting<T> option)
    {
        if (Words.Contains(option.HelpName))
        {
            option.Validators.Add(result => Check(result, option.Name, result.Tokens));
        }

        return option;
    }

    /// <summary>The argument with that check.</summary>
    public static Argument<T> OfPlaces<T>(this Argument<T> argument)
    {
        argument.Validators.Add(result => Check(result, argument.Name, result.Tokens));
        return argument;
    }

    private static void Check(SymbolResult result, string name, IReadOnlyList<Token> tokens)
    {
        if (tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError($"{name}: expected a path, found an empty text");
        }
    }
}
