using System.Text.RegularExpressions;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats.Adapters;

/// <summary>
/// A regular expression out of a file, matched against a module's whole path as Python's <c>re.fullmatch</c> does. It runs in linear time where
/// .NET can do that, and under a time limit where it cannot, so that no pattern runs for ever.
/// </summary>
internal sealed class ModulePattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(250);
    private readonly string at;
    private readonly Regex regex;

    private ModulePattern(string at, Regex regex) => (this.at, this.regex) = (at, regex);

    /// <summary>Compiles a pattern.</summary>
    /// <param name="at">File and key, for the error.</param>
    /// <param name="pattern">The expression.</param>
    public static Either<FloeError, ModulePattern> Compile(string at, string pattern)
    {
        string whole = $@"^(?:{pattern})\z";
        try
        {
            return new ModulePattern(at, Linear(whole) ?? new Regex(whole, RegexOptions.CultureInvariant, Limit));
        }
        catch (ArgumentException e)
        {
            return new FloeError.BadData(at, "a regular expression", e.Message, "Correct the pattern, or list the modules by name.");
        }
    }

    /// <summary>Whether a path matches.</summary>
    public Either<FloeError, bool> Matches(string path)
    {
        try
        {
            return regex.IsMatch(path);
        }
        catch (RegexMatchTimeoutException)
        {
            return new FloeError.BadData(at, $"a pattern that is decided in {Limit.TotalMilliseconds} ms", "one that takes longer", "Simplify it, or list the modules by name.");
        }
    }

    /// <summary>Back references and look-around have no linear form.</summary>
    private static Regex? Linear(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Limit);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
