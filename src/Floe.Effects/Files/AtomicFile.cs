using System.Globalization;
using System.Text;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Files;

/// <summary>
/// Files that are either whole or not there: written to a temporary name in the same folder, flushed to the disk, then renamed over the
/// target.
/// </summary>
/// <remarks>
/// A failed write removes the temporary file and leaves the old target as it was. A killed process leaves the old target and a hidden
/// <c>.NAME.PID-N.tmp</c> beside it, which the next write of NAME removes; a process that a signal ends removes that too
/// (<see cref="TemporaryFiles"/>). Missing folders are made. A device such as <c>/dev/full</c> is written as it is, since a rename would
/// replace it.
/// </remarks>
internal static class AtomicFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static int counter;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The target.</param>
    /// <param name="write">Writes the contents; the stream can seek, except on a device.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(string path, Action<Stream> write) => Write(path, stream =>
    {
        write(stream);
        return Right<FloeError, Unit>(unit);
    });

    /// <summary>Writes a file with contents that may turn out to be an error; the target is then left as it was.</summary>
    /// <param name="path">The target.</param>
    /// <param name="write">Writes the contents or answers why there are none.</param>
    /// <typeparam name="T">What the writer answers beside the contents.</typeparam>
    /// <returns>The writer's answer, its error, or the I/O error.</returns>
    public static Either<FloeError, T> Write<T>(string path, Func<Stream, Either<FloeError, T>> write) =>
        FileErrors.Try(path, "write the file", () => IsDevice(path) ? Direct(path, write) : Renamed(Path.GetFullPath(path), write));

    /// <summary>Writes a text file as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The target.</param>
    /// <param name="text">The contents.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> WriteText(string path, string text) => WriteBytes(path, Utf8.GetBytes(text));

    /// <summary>Writes a file of bytes.</summary>
    /// <param name="path">The target.</param>
    /// <param name="contents">The contents.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> WriteBytes(string path, ReadOnlyMemory<byte> contents) =>
        Write(path, stream => stream.Write(contents.Span));

    private static Either<FloeError, T> Renamed<T>(string path, Func<Stream, Either<FloeError, T>> write)
    {
        string folder = Path.GetDirectoryName(path) ?? throw new IOException("the path has no file name");
        Directory.CreateDirectory(folder);
        TemporaryFiles.RemoveLeftoversOf(path);
        string temporary = Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture, $".{Path.GetFileName(path)}.{Environment.ProcessId}-{Interlocked.Increment(ref counter)}.tmp"));
        bool renamed = false;
        TemporaryFiles.Track(temporary);
        try
        {
            Either<FloeError, T> answer;
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                answer = write(stream);
                if (answer.IsRight)
                {
                    stream.Flush(flushToDisk: true);
                }
            }

            if (answer.IsRight)
            {
                File.Move(temporary, path, overwrite: true);
                renamed = true;
            }

            return answer;
        }
        finally
        {
            if (!renamed)
            {
                File.Delete(temporary);
            }

            TemporaryFiles.Forget(temporary);
        }
    }

    private static Either<FloeError, T> Direct<T>(string path, Func<Stream, Either<FloeError, T>> write)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        return write(stream);
    }

    private static bool IsDevice(string path)
    {
        string full = Path.GetFullPath(path);
        return full.StartsWith("/dev/", StringComparison.Ordinal)
            && !full.StartsWith("/dev/shm/", StringComparison.Ordinal)
            && File.Exists(full);
    }
}
