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
    private const string WorkName = ".lock-work";
    private const int Attempts = 25;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes the lock of a folder, making the folder when it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="command">What takes it, for whoever is refused, such as <c>floe adapt</c>.</param>
    /// <returns>What frees the lock when disposed; <see cref="FloeError.Io"/> where another process has it, naming that one where it is
    /// known.</returns>
    public static Either<FloeError, IDisposable> Take(string folder, string command) => Unless(folder, (full, made) =>
        Open(full, FileMode.OpenOrCreate).Match(
            Some: file =>
            {
                Say(full, HolderName, Holder(command));
                return Right<FloeError, IDisposable>(new Held(full, made, file, shared: false));
            },
            None: () => Refusal(full)));

    /// <summary>Takes the lock of a folder together with every process that does the same work there; whoever does another work, or takes
    /// the folder alone, is kept out.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="command">What takes it, for whoever is refused.</param>
    /// <param name="work">What tells the work from every other one, such as the hash of all that decides it.</param>
    /// <returns>What leaves when disposed; the last one frees the lock. Errors as those of <see cref="Take"/>.</returns>
    public static Either<FloeError, IDisposable> Join(string folder, string command, string work) =>
        Unless(folder, (full, made) => Joined(full, made, command, work));

    // Whoever is alone says which work it is, then makes room for others of the same.
    private static Either<FloeError, IDisposable> Joined(string folder, bool made, string command, string work)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            foreach (FileStream alone in Open(folder, FileMode.OpenOrCreate, keep: true))
            {
                using (alone)
                {
                    Say(folder, WorkName, work);
                    Say(folder, HolderName, Holder(command));
                }
            }

            foreach (FileStream file in Open(folder, FileMode.Open, keep: true, share: true))
            {
                string there = Said(folder, WorkName);
                if (there == work && File.Exists(Path.Combine(folder, Name)))
                {
                    return new Held(folder, made, file, shared: true);
                }

                file.Dispose();
                if (there.Length > 0 && there != work)
                {
                    return Refusal(folder);
                }
            }

            // Somebody has it alone: for a moment, as above, or for long.
            Thread.Sleep(Pause);
        }

        return Refusal(folder);
    }

    private static Either<FloeError, IDisposable> Unless(string folder, Func<string, bool, Either<FloeError, IDisposable>> take) =>
        FileErrors.Try(folder, "take the folder", () =>
        {
            string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
            return Above(full).Find(IsTaken).Match(
                Some: Refusal,
                None: () =>
                {
                    bool made = !Directory.Exists(full);
                    Directory.CreateDirectory(full);
                    return take(full, made);
                });
        });

    private static string Holder(string command) =>
        string.Create(CultureInfo.InvariantCulture, $"{command}, process {Environment.ProcessId}\n");

    private static void Say(string folder, string name, string text) => _ = AtomicFile.WriteText(Path.Combine(folder, name), text);

    private static string Said(string folder, string name) =>
        FileErrors.Try(folder, "read", () => File.ReadAllText(Path.Combine(folder, name))).IfLeft("").Trim();

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

    private static Option<FileStream> Open(string folder, FileMode mode, bool keep = false, bool share = false)
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, Name), mode, share ? FileAccess.Read : FileAccess.ReadWrite, share ? FileShare.Read : FileShare.None,
                1, keep ? FileOptions.None : FileOptions.DeleteOnClose);
        }
        catch (IOException taken) when (FileErrors.IsTaken(taken) || (share && taken is FileNotFoundException))
        {
            return None;
        }
    }

    private static Either<FloeError, IDisposable> Refusal(string folder)
    {
        string holder = Said(folder, HolderName);
        return new FloeError.Io(
            folder,
            "write there",
            holder.Length > 0 ? $"another process does: {holder}" : "another process does",
            "Wait until it has ended, or name another folder with --out.");
    }

    private sealed class Held : IDisposable
    {
        private readonly string folder;
        private readonly bool made, shared;
        private readonly FileStream file;

        public Held(string folder, bool made, FileStream file, bool shared)
        {
            (this.folder, this.made, this.file, this.shared) = (folder, made, file, shared);
            Folders[folder] = 0;
        }

        /// <summary>The folders that this process has.</summary>
        public static System.Collections.Concurrent.ConcurrentDictionary<string, byte> Folders { get; } = new(StringComparer.Ordinal);

        public void Dispose()
        {
            Folders.TryRemove(folder, out _);
            if (!shared)
            {
                Clear(file);
                return;
            }

            // Those who are still there keep the lock.
            file.Dispose();
            FileErrors.Try(folder, "free the folder", () =>
            {
                foreach (FileStream last in Open(folder, FileMode.Open))
                {
                    Clear(last);
                }

                return unit;
            });
        }

        private void Clear(FileStream alone)
        {
            FileErrors.Try(folder, "free the folder", () =>
            {
                File.Delete(Path.Combine(folder, HolderName));
                File.Delete(Path.Combine(folder, WorkName));
                return unit;
            });
            alone.Dispose();
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
