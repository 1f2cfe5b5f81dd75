using System.Globalization;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Files;

/// <summary>
/// Keeps two processes from writing into one folder, or into one and a folder inside it. The system frees the lock when the process ends,
/// however it ends.
/// </summary>
internal static class FolderLock
{
    private const string Name = ".lock";
    private const string HolderName = ".lock-holder";

    /// <summary>Takes the lock of a folder, making the folder when it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="command">What takes it, for whoever is refused, such as <c>floe adapt</c>.</param>
    /// <returns>What frees the lock when disposed; <see cref="FloeError.Io"/> where another process has it, naming that one where it is
    /// known.</returns>
    public static Either<FloeError, IDisposable> Take(string folder, string command) => FileErrors.Try(folder, "take the folder", () =>
    {
        string full = Path.GetFullPath(folder);
        return Above(full).Find(IsTaken).Match(Some: above => Refusal(above), None: () => Here(full, command));
    });

    private static Either<FloeError, IDisposable> Here(string folder, string command)
    {
        bool made = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        return Open(folder, FileMode.OpenOrCreate).Match(
            Some: file => Right<FloeError, IDisposable>(Held.Of(folder, made, file, command)), None: () => Refusal(folder));
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (string? above = Path.GetDirectoryName(folder); above is not null; above = Path.GetDirectoryName(above))
        {
            if (!Held.Folders.ContainsKey(above) && File.Exists(Path.Combine(above, Name)))
            {
                yield return above;
            }
        }
    }

    private static bool IsTaken(string folder)
    {
        try
        {
            return Open(folder, FileMode.Open).Match(Some: Freed, None: () => true);
        }
        catch (Exception refusal) when (FileErrors.IsRefusal(refusal))
        {
            // A lock that is gone by now, or one of a folder that is not ours to write.
            return false;
        }
    }

    private static bool Freed(FileStream file)
    {
        file.Dispose();
        return false;
    }

    private static Option<FileStream> Open(string folder, FileMode mode)
    {
        try
        {
            return new FileStream(Path.Combine(folder, Name), mode, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException taken) when (FileErrors.IsTaken(taken))
        {
            return None;
        }
    }

    private static Either<FloeError, IDisposable> Refusal(string folder)
    {
        string holder = FileErrors.Try(folder, "read", () => File.ReadAllText(Path.Combine(folder, HolderName))).IfLeft("").Trim();
        return new FloeError.Io(
            folder,
            "write there",
            holder.Length > 0 ? $"another process does: {holder}" : "another process does",
            "Wait until it has ended, or name another folder with --out.");
    }

    private sealed class Held(string folder, bool made, FileStream file) : IDisposable
    {
        /// <summary>The folders that this process has.</summary>
        public static System.Collections.Concurrent.ConcurrentDictionary<string, byte> Folders { get; } = new(StringComparer.Ordinal);

        public static Held Of(string folder, bool made, FileStream file, string command)
        {
            Folders[folder] = 0;
            _ = AtomicFile.WriteText(
                Path.Combine(folder, HolderName), string.Create(
                    CultureInfo.InvariantCulture, $"{command}, process {Environment.ProcessId}\n"));
            return new Held(folder, made, file);
        }

        public void Dispose()
        {
            FileErrors.Try(folder, "free the folder", () =>
            {
                File.Delete(Path.Combine(folder, HolderName));
                return unit;
            });
            Folders.TryRemove(folder, out _);
            file.Dispose();
            FileErrors.Try(folder, "remove the empty folder", () =>
            {
                // A call that was refused leaves no folder behind.
                if (made && !Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    Directory.Delete(folder);
                }

                return unit;
            });
        }
    }
}
