using System.Globalization;
using System.Text;
using Floe.Domain;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Studies;

/// <summary>
/// Studies in a file of Optuna's journal format, which <c>optuna-dashboard FILE</c> and Python's <c>JournalStorage</c> open too. A line
/// counts once its newline is on the disk; what a killed process left of one is cut off before the next append. Workers are told apart by
/// locks of the system, which end with them.
/// </summary>
/// <param name="path">The journal; made by the first change.</param>
/// <param name="grace">How long a lock of Optuna's may stand still before it is taken for a dead one's.</param>
internal sealed class JournalStore(string path, TimeSpan grace) : IStudyStore
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string full = Path.GetFullPath(path);
    private StudyLog log = StudyLog.Empty;
    private long offset;
    private int lines;

    /// <inheritdoc/>
    public string Name => path;

    /// <inheritdoc/>
    public Either<FloeError, StudyLog> Read() => !File.Exists(full) ? log : FileErrors.Try(path, "read the study", () =>
    {
        using FileStream stream = Opened(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return ReadOn(stream);
    });

    /// <inheritdoc/>
    public Either<FloeError, (StudyLog Log, T Answer)> Change<T>(
        Func<StudyLog, Either<FloeError, (IReadOnlyList<StudyEvent> Events, T Answer)>> decide) =>
        FileErrors.Try(path, "write the study", () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);

            // First among Floe's workers on this machine, whom the system frees; then Optuna's.
            using FileStream stream = Opened(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            using JournalLock held = JournalLock.Take(full, grace);
            return
                from before in ReadOn(stream)
                from decided in decide(before)
                from after in Append(stream, decided.Events)
                select (after, decided.Answer);
        });

    /// <inheritdoc/>
    public Either<FloeError, Option<IDisposable>> Hold(int trial) =>
        FileErrors.Try(path, "hold a trial", () => Held(trial, FileMode.OpenOrCreate).Map(stream => (IDisposable)stream));

    /// <inheritdoc/>
    public Either<FloeError, bool> IsHeld(int trial) =>
        FileErrors.Try(path, "look for a trial's worker", () => Held(trial, FileMode.OpenOrCreate).Match(
        Some: stream =>
        {
            stream.Dispose();
            return false;
        },
        None: () => true));

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private Option<FileStream> Held(int trial, FileMode mode)
    {
        string hold = Path.Combine(
            Path.GetDirectoryName(full)!, string.Create(CultureInfo.InvariantCulture, $".{Path.GetFileName(full)}.trial-{trial}"));
        try
        {
            FileStream stream = new(hold, mode, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            if (File.Exists(hold))
            {
                return stream;
            }

            // Removed by its worker between opening and locking it: nobody holds it.
            stream.Dispose();
            return Held(trial, mode);
        }
        catch (IOException taken) when (FileErrors.IsTaken(taken))
        {
            return None;
        }
    }

    private FileStream Opened(FileMode mode, FileAccess access, FileShare share)
    {
        for (DateTime until = DateTime.UtcNow + Patience; ; Thread.Sleep(Pause))
        {
            try
            {
                return new FileStream(full, mode, access, share, bufferSize: 0);
            }
            catch (IOException taken) when (FileErrors.IsTaken(taken) && DateTime.UtcNow < until)
            {
                // Another worker is at it for a moment.
            }
        }
    }

    // The whole lines since the last time.
    private Either<FloeError, StudyLog> ReadOn(FileStream stream)
    {
        byte[] bytes = new byte[Math.Max(0, stream.Length - offset)];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        int start = 0;
        for (int length; (length = bytes.AsSpan(start).IndexOf((byte)'\n')) >= 0; start += length + 1)
        {
            Either<FloeError, StudyEvent> read = JournalLines.Read(
                string.Create(CultureInfo.InvariantCulture, $"{path}, line {lines + 1}"), Encoding.UTF8.GetString(bytes, start, length));
            if (read.Failed(out FloeError? error, out StudyEvent? one))
            {
                return error;
            }

            (log, offset, lines) = (log.After(one), offset + length + 1, lines + 1);
        }

        return log;
    }

    private Either<FloeError, StudyLog> Append(FileStream stream, IReadOnlyList<StudyEvent> events)
    {
        if (events.Count == 0)
        {
            return log;
        }

        byte[] text = Encoding.UTF8.GetBytes(string.Concat(events.Select(one => JournalLines.Write(one) + "\n")));
        stream.SetLength(offset);
        stream.Position = offset;
        try
        {
            stream.Write(text);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            stream.SetLength(offset);
            throw;
        }

        (log, offset, lines) = (events.Aggregate(log, (state, one) => state.After(one)), offset + text.Length, lines + events.Count);
        return log;
    }
}
