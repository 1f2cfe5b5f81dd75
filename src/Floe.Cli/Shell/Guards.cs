using System.CommandLine;
using System.CommandLine.Parsing;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Shell;

/// <summary>
/// What holds for every command, so that none can forget it: what it reads is finished, and the folders that it writes into are its own
/// while it runs.
/// </summary>
internal static class Guards
{
    // The options that name what a command writes; every other path that is typed is read.
    private static readonly string[] Written = ["--out", "--pictures", "--tasks"];

    /// <summary>Checks what is read, takes the folders that are written, and runs the command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="call">The call.</param>
    public static Either<FloeError, Unit> Run(FloeCommand command, Invocation call)
    {
        string name = string.Join(
            ' ', command.Parents.Where(parent => parent is not RootCommand)
                .Select(parent => parent.Name)
                .Prepend("floe")
                .Append(command.Name));
        string[] folders =
            [.. Folders(command, call).Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).Distinct()];
        return
            from finished in Read(command, call)
                .Fold(Right<FloeError, Unit>(unit), (state, path) => state.Bind(_ => Unfinished.Check(path, name, folders)))
            from done in command.LocksItself ? command.Run(call) : Holding(folders, name, () => command.Run(call))
            select done;
    }

    private static Either<FloeError, Unit> Holding(string[] folders, string name, Func<Either<FloeError, Unit>> run) =>
        folders is [var first, .. var rest]
        ? FolderLock.Take(first, name).Bind(held =>
        {
            using IDisposable _ = held;
            return Holding(rest, name, run);
        })
        : run();

    private static IEnumerable<string> Folders(FloeCommand command, Invocation call) =>
        from option in command.Options
        where Written.Contains(option.Name) && option.HelpName == "FOLDER"
        let folder = call.Parse.GetValue<string?>(option.Name)
        where !string.IsNullOrEmpty(folder)
        select folder;

    private static IEnumerable<string> Read(FloeCommand command, Invocation call) =>
        from symbol in command.Arguments.Concat<Symbol>(command.Options.Where(option => !Written.Contains(option.Name)))
        from token in Tokens(call.Parse.GetResult(symbol))
        where Path.Exists(token.Value)
        select token.Value;

    private static IEnumerable<Token> Tokens(SymbolResult? result) => result?.Tokens ?? [];
}
