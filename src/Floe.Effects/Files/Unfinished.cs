using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Files;

/// <summary>
/// What a command has begun to write into a folder and not finished: a hidden file that says so from before the old result is withdrawn
/// until the new one is there, so that nobody takes a part of a result, or a part of an old and a part of a new one, for the whole.
/// </summary>
internal static class Unfinished
{
    private const string Prefix = ".unfinished-";

    /// <summary>
    /// Marks a folder, withdraws the old result, writes the new one and removes the mark. After an error the mark stays where a part of the
    /// new result is there; where nothing is, it goes, and so does a folder without anything else.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="command">What writes, such as <c>floe collect</c>.</param>
    /// <param name="results">What is written, as paths inside the folder: files, or folders of which hidden files stay.</param>
    /// <param name="write">Writes it.</param>
    public static Either<FloeError, T> Writing<T>(
        string folder, string command, IReadOnlyList<string> results, Func<Either<FloeError, T>> write) =>
        from begun in Begin(folder, command, results)
        from written in write().MapLeft(error => Abandoned(folder, command, results, error))
        from ended in End(folder, command)
        select written;

    /// <summary>Marks a folder and withdraws the old result.</summary>
    /// <param name="folder">The folder; made when it is missing.</param>
    /// <param name="command">What writes.</param>
    /// <param name="results">What will be written, as paths inside the folder.</param>
    public static Either<FloeError, Unit> Begin(string folder, string command, IReadOnlyList<string> results) =>
        from marked in Mark(folder, command, results)
        from withdrawn in Withdraw(folder, results)
        select withdrawn;

    /// <summary>Marks a folder, or says anew what is not finished in it.</summary>
    /// <param name="folder">The folder; made when it is missing.</param>
    /// <param name="command">What writes.</param>
    /// <param name="results">What is not written yet, as paths inside the folder.</param>
    public static Either<FloeError, Unit> Mark(string folder, string command, IReadOnlyList<string> results) =>
        AtomicFile.WriteText(At(folder, command), string.Join('\n', results.Prepend(command)));

    /// <summary>Removes an old result.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="results">Paths inside it: files, or folders of which hidden files stay.</param>
    public static Either<FloeError, Unit> Withdraw(string folder, IReadOnlyList<string> results) =>
        FileErrors.Try(folder, "withdraw the old result", () =>
    {
        foreach (string path in results.Select(result => Path.Combine(folder, result)))
        {
            if (Directory.Exists(path))
            {
                foreach (
                    string file in Directory.GetFiles(path, "*", SearchOption.AllDirectories)
                        .Where(file => !IsHidden(Path.GetRelativePath(path, file))))
                {
                    File.Delete(file);
                }

                if (!Directory.EnumerateFileSystemEntries(path).Any())
                {
                    Directory.Delete(path);
                }
            }
            else if (File.Exists(path))
            {
                File.Delete(path);
            }
        }

        return unit;
    });

    /// <summary>Removes the mark: the result is there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="command">What wrote it.</param>
    public static Either<FloeError, Unit> End(string folder, string command) => FileErrors.Try(folder, "finish the result", () =>
    {
        File.Delete(At(folder, command));
        return unit;
    });

    /// <summary>Takes the mark back after an error that came before any part of the result, and the folder where it holds nothing
    /// else.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="command">What would have written.</param>
    /// <param name="results">What would have been written.</param>
    /// <param name="error">What ended the work: the one to show, whether or not the mark can be removed.</param>
    /// <returns>The same error.</returns>
    public static FloeError Abandoned(string folder, string command, IReadOnlyList<string> results, FloeError error)
    {
        if (!results.Any(result => Path.Exists(Path.Combine(folder, result))))
        {
            _ = End(folder, command).Bind(_ => FileErrors.Try(folder, "remove the empty folder", () =>
            {
                if (!Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    Directory.Delete(folder);
                }

                return unit;
            }));
        }

        return error;
    }

    /// <summary>Whether something to be read is finished: neither it nor a folder around it is marked, as far as the mark is about
    /// it.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="command">Who reads. What it has begun itself in a folder of its own is what it goes on with.</param>
    /// <param name="own">The folders that it writes, as full paths.</param>
    /// <returns>Unit, or <see cref="FloeError.BadData"/> naming what is not finished and by whom.</returns>
    public static Either<FloeError, Unit> Check(string path, string command, IReadOnlyList<string> own) =>
        FileErrors.Try(path, "look for unfinished results", () =>
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Around(full)
            .SelectMany(folder => Directory.Exists(folder) ? Directory.GetFiles(folder, Prefix + "*") : [])
            .Where(mark => !own.Contains(Path.GetDirectoryName(mark)) || mark != At(Path.GetDirectoryName(mark)!, command))
            .Select(mark => (Mark: mark, Lines: File.ReadAllText(mark).Split('\n')))
            .Where(found => Covers(found.Mark, found.Lines[1..], full))
            .Select(found => Left<FloeError, Unit>(new FloeError.BadData(
                path,
                "a finished result",
                $"what {found.Lines[0]} has begun and not finished",
                $"Wait for it, or finish it with the same command again; to use what is there all the same, remove {found.Mark}.")))
            .FirstOrDefault(Right<FloeError, Unit>(unit));
    });

    private static string At(string folder, string command) => Path.Combine(folder, Prefix + command.Replace(' ', '-'));

    // The thing itself, where it is a folder, and the folders around it.
    private static IEnumerable<string> Around(string full)
    {
        for (string? at = full; at is not null; at = Path.GetDirectoryName(at))
        {
            yield return at;
        }
    }

    private static bool Covers(string mark, string[] results, string full)
    {
        string path = Path.GetRelativePath(Path.GetDirectoryName(mark)!, full).Replace('\\', '/');
        return path == "." || results.Any(result => path == result || path.StartsWith(result + "/", StringComparison.Ordinal));
    }

    private static bool IsHidden(string relative) => relative.Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.'));
}
