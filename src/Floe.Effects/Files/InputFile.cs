using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Files;

/// <summary>Reads a whole input in one go, from wherever its bytes come: a file, a pipe, a device, or standard input where the path is
/// <c>-</c>.</summary>
internal static class InputFile
{
    /// <summary>The path that stands for standard input.</summary>
    internal const string Standard = "-";

    /// <summary>Whether an input can be read once only: a pipe, a device, or standard input.</summary>
    /// <param name="path">The path.</param>
    public static bool ComesOnce(string path) => path == Standard || PathKinds.Of(path) is PathKind.Pipe or PathKind.Device;

    /// <summary>The input as a message names it.</summary>
    internal static string NameOf(string path) => path == Standard ? "standard input" : path;

    /// <summary>Reads to the end; more than <paramref name="limit"/> bytes are refused, from a file before anything is allocated.</summary>
    /// <param name="path">The file, pipe or device; or <c>-</c>.</param>
    /// <param name="limit">Most bytes that such an input can sensibly have.</param>
    internal static Either<FloeError, byte[]> ReadAll(string path, int limit) =>
        path == Standard
            ? !StandardDescriptors.IsInherited(0) ? new FloeError.Io(
                NameOf(path), "read", "it is closed", "Send the data to it, or name a file.")
            : FileErrors.Try(NameOf(path), "read", () =>
            {
                using Stream stream = Console.OpenStandardInput();
                return InOrder(NameOf(path), stream, limit);
            })
            : Opened(path).Bind(_ => FileErrors.Try(path, "read", () =>
            {
                // Without a buffer: a pipe has no length, and what is not asked for stays in it.
                using FileStream stream = new(
                    path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
                return stream.CanSeek && stream.Length > limit
                    ? TooLong(path, limit, $"{stream.Length} bytes")
                    : InOrder(path, stream, limit);
            }));

    /// <summary>Refuses what cannot be opened for reading in order.</summary>
    private static Either<FloeError, Unit> Opened(string path) => PathKinds.Of(path) switch
    {
        PathKind.Folder => new FloeError.Io(path, "read", "it is a folder", "Name a file in it."),
        PathKind.Socket => new FloeError.Io(path, "read", "it is a socket", "Name a file."),
        _ => unit,
    };

    private static Either<FloeError, byte[]> InOrder(string path, Stream stream, int limit)
    {
        using MemoryStream all = new(stream.CanSeek ? (int)stream.Length : 0);
        byte[] part = new byte[1 << 16];
        for (int got; (got = stream.Read(part)) > 0;)
        {
            if (all.Length + got > limit)
            {
                return TooLong(path, limit, "more");
            }

            all.Write(part.AsSpan(0, got));
        }

        return all.Length == all.Capacity ? all.GetBuffer() : all.ToArray();
    }

    private static FloeError.BadData TooLong(string path, int limit, string found) =>
        new(path, $"at most {limit} bytes", found, "Check that this is the right file.");
}
