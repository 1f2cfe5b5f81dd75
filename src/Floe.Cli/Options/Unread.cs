using System.CommandLine;
using Floe.Cli.Shell;
using Floe.Domain;
using LanguageExt;

namespace Floe.Cli.Options;

/// <summary>Options that a call would not read. Who gives one means something that would not happen, so the call is refused
/// instead.</summary>
internal static class Unread
{
    /// <summary>Refuses options that another one takes the place of.</summary>
    /// <param name="call">The call.</param>
    /// <param name="other">Where it is given, the options are not read.</param>
    /// <param name="options">The options.</param>
    public static Either<FloeError, Unit> Beside(Invocation call, Option other, params Option[] options) =>
        Where(call, call.Given(other), $"no {other.Name} beside", "one", options);

    /// <summary>Refuses options that say more about another one which is not there.</summary>
    /// <param name="call">The call.</param>
    /// <param name="other">Where it is not given, the options are not read.</param>
    /// <param name="options">The options.</param>
    public static Either<FloeError, Unit> Without(Invocation call, Option other, params Option[] options) =>
        Where(call, !call.Given(other), $"{other.Name} beside", "none", options);

    /// <summary>Refuses options in a call that does not read them.</summary>
    /// <param name="call">The call.</param>
    /// <param name="unread">Whether it does not.</param>
    /// <param name="expected">What they are read with.</param>
    /// <param name="found">What is there.</param>
    /// <param name="options">The options.</param>
    public static Either<FloeError, Unit> Where(Invocation call, bool unread, string expected, string found, params Option[] options)
    {
        string[] given = [.. options.Where(call.Given).Select(o => o.Name)];
        return unread && given.Length > 0
            ? new FloeError.Usage(
                string.Join(", ", given), expected, found,
                    $"Leave out {string.Join(" and ", given)}: nothing would read {(given.Length > 1 ? "them" : "it")}.")
            : Unit.Default;
    }
}
