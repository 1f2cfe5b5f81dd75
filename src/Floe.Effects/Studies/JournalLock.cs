using System.Diagnostics;

namespace Floe.Effects.Studies;

/// <summary>
/// The lock of a journal as Optuna 4 takes it: a symbolic link <c>FILE.lock</c> to the journal (on Windows a file), which is there while
/// somebody appends. One that stands still for longer than a grace period, with a journal that does not grow, is what a dead process left:
/// it is renamed and removed.
/// </summary>
internal sealed class JournalLock : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    private readonly string path;

    private JournalLock(string path) => this.path = path;

    /// <summary>Optuna's own grace period.</summary>
    public static TimeSpan Grace { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the lock and takes it.</summary>
    /// <param name="journal">The journal's full path.</param>
    /// <param name="grace">How long a lock may stand still.</param>
    /// <returns>What frees it when disposed.</returns>
    /// <remarks>Throws the exceptions of file operations: call it inside <see cref="Files.FileErrors"/>.</remarks>
    public static JournalLock Take(string journal, TimeSpan grace)
    {
        string path = journal + ".lock";
        (DateTime Link, DateTime Journal) seen = default;
        long since = Stopwatch.GetTimestamp();
        for (TimeSpan pause = TimeSpan.FromMilliseconds(1); !Made(path, journal); pause = pause * 2 > Longest ? Longest : pause * 2)
        {
            (DateTime, DateTime) now = (File.GetLastWriteTimeUtc(path), File.GetLastWriteTimeUtc(journal));
            if (now != seen)
            {
                (seen, since) = (now, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(since) > grace)
            {
                Remove(path);
                continue;
            }

            Thread.Sleep(pause);
        }

        return new JournalLock(path);
    }

    /// <summary>Frees the lock.</summary>
    public void Dispose() => Remove(path);

    private static bool Made(string path, string journal)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                new FileStream(path, FileMode.CreateNew, FileAccess.Write).Dispose();
            }
            else
            {
                File.CreateSymbolicLink(path, journal);
            }

            return true;
        }
        catch (IOException) when (IsThere(path))
        {
            return false;
        }
    }

    private static bool IsThere(string path) => File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    // Renamed first, so that of two who remove it one does.
    private static void Remove(string path)
    {
        string renamed = $"{path}{Guid.NewGuid()}.rename";
        try
        {
            File.Move(path, renamed);
            File.Delete(renamed);
        }
        catch (FileNotFoundException)
        {
            // Somebody took it for a dead one's.
        }
    }
}
