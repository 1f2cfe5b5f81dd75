using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Floe.Effects.Files;

/// <summary>The temporary files that this process is writing, so that a signal can remove them, and those that a killed process
/// left.</summary>
internal static partial class TemporaryFiles
{
    private static readonly ConcurrentDictionary<string, byte> Open = new(StringComparer.Ordinal);

    /// <summary>A file in the system's temporary folder that is gone when it is closed or the process ends. Throws what file operations
    /// throw.</summary>
    internal static FileStream Nameless() => new(
        Path.Combine(
            Path.GetTempPath(), $"floe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16,
                FileOptions.DeleteOnClose);

    /// <summary>Notes a file that is about to be written.</summary>
    /// <param name="path">Its full path.</param>
    public static void Track(string path) => Open.TryAdd(path, 0);

    /// <summary>Forgets a file that was renamed or removed.</summary>
    /// <param name="path">Its full path.</param>
    public static void Forget(string path) => Open.TryRemove(path, out _);

    /// <summary>Removes every file that is being written. Called when the process is about to end in the middle of its work, so a file that
    /// cannot be removed is left for <see cref="RemoveLeftovers"/>.</summary>
    public static void RemoveAll()
    {
        foreach (string path in Open.Keys)
        {
            FileErrors.Try(path, "remove the temporary file", () =>
            {
                File.Delete(path);
                return path;
            });
        }
    }

    /// <summary>Removes what killed processes left in a folder. Only for a folder that no other process writes to.</summary>
    /// <param name="folder">The folder; its subfolders are searched too.</param>
    /// <returns>How many files were removed, or the I/O error.</returns>
    public static LanguageExt.Either<Floe.Domain.FloeError, int> RemoveLeftovers(string folder) =>
        FileErrors.Try(folder, "remove temporary files", () =>
    {
        string[] left = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, ".*.tmp", SearchOption.AllDirectories).Where(f => Name().IsMatch(Path.GetFileName(f)))]
            : [];
        Array.ForEach(left, File.Delete);
        return left.Length;
    });

    /// <summary>Removes what killed processes left of one file. A temporary file that a process is writing is locked, so opening it fails
    /// and it stays.</summary>
    /// <param name="path">The target's full path.</param>
    public static void RemoveLeftoversOf(string path)
    {
        foreach (
            string left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.*.tmp")
                .Where(f => Name().IsMatch(Path.GetFileName(f))))
        {
            FileErrors.Try(left, "remove the temporary file", () =>
            {
                new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose)
                    .Dispose();
                return left;
            });
        }
    }

    [GeneratedRegex(@"^\..+\.\d+-\d+\.tmp$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
