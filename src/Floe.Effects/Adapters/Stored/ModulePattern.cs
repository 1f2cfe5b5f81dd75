using System.Text.RegularExpressions;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>
/// A regular expression out of a file, matched against a module's whole path as Python's <c>re.fullmatch</c> does. It runs in linear time
/// where .NET can do that, and under a time limit where it cannot, so that no pattern runs for ever.
/// </summary>
internal sealed partial class ModulePattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private readonly string at;
    private readonly Regex regex;

    private ModulePattern(string at, Regex regex) => (this.at, this.regex) = (at, regex);

    /// <summary>Compiles a pattern.</summary>
    /// <param name="at">File and key, for the error.</param>
    /// <param name="pattern">The expression.</param>
    public static Either<FloeError, ModulePattern> Compile(string at, string pattern)
    {
        string whole = $@"^(?:{InDotNet(pattern)})\z";
        try
        {
            return new ModulePattern(at, Linear(whole) ?? new Regex(whole, RegexOptions.CultureInvariant, Limit));
        }
        catch (ArgumentException)
        {
            return new FloeError.BadData(
                at, "a regular expression", pattern.Length <= 120 ? pattern : pattern[..120],
                "Correct the pattern, or list the modules by name.");
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
            return new FloeError.BadData(
                at, $"a pattern that is decided in {Limit.TotalSeconds} s", "one that takes longer",
                "Simplify it, or list the modules by name.");
        }
    }

    /// <summary>Back references and look-around have no linear form.</summary>
    private static Regex? Linear(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>
    /// What Python spells in another way than .NET: <c>(?P&lt;n&gt;…)</c>, <c>(?P=n)</c> and the count <c>{,n}</c>, which .NET takes
    /// literally.
    /// </summary>
    private static string InDotNet(string pattern) => OtherSpelling().Replace(pattern, found => found.Value switch
    {
        "(?P<" => "(?<",
        ['{', ..] => $"{{0{found.Value[1..]}",
        ['(', ..] => $@"\k<{found.Groups[1].Value}>",
        _ => found.Value,
    });

    /// <summary>An escaped character, which stays, or one of the spellings.</summary>
    [GeneratedRegex(@"\\.|\(\?P<|\(\?P=(\w+)\)|\{,\d+\}", RegexOptions.Singleline)]
    private static partial Regex OtherSpelling();
}
