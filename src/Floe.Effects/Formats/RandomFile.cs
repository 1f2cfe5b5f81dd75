using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using Microsoft.Win32.SafeHandles;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats;

/// <summary>A file read at given positions. Refusals of the operating system become <see cref="FloeError.Io"/> here.</summary>
internal sealed class RandomFile : IDisposable
{
    private readonly SafeFileHandle handle;

    private RandomFile(string path, SafeFileHandle handle, long length) => (Path, this.handle, Length) = (path, handle, length);

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>Bytes in the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>Opens a file for reading. What is read in order only is refused by its name: a header says where the rest lies.</summary>
    public static Either<FloeError, RandomFile> Open(string path)
    {
        if (PathKinds.Of(path) is var kind && kind is not (PathKind.File or PathKind.Missing))
        {
            return Refused(path, kind);
        }

        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
            return new RandomFile(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception refusal) when (FileErrors.IsRefusal(refusal))
        {
            handle?.Dispose();
            return FileErrors.Translate(path, "open the file", refusal);
        }
    }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/>; an early end is an error.</summary>
    public Either<FloeError, Unit> ReadAt(long offset, Span<byte> destination)
    {
        try
        {
            for (int done = 0; done < destination.Length;)
            {
                int got = RandomAccess.Read(handle, destination[done..], offset + done);
                if (got == 0)
                {
                    return new FloeError.BadData(
                        Path, $"{destination.Length} bytes at offset {offset}", $"the end of the file after {done}",
                            "The file is cut: fetch it again.");
                }

                done += got;
            }

            return unit;
        }
        catch (Exception refusal) when (FileErrors.IsRefusal(refusal))
        {
            return FileErrors.Translate(Path, $"read {destination.Length} bytes at offset {offset}", refusal);
        }
    }

    /// <summary>The error of a path that leads to something else than a file.</summary>
    public static FloeError Refused(string path, PathKind kind) => kind == PathKind.Folder
        ? new FloeError.Io(path, "open the file", "it is a folder", "Name a file in it.")
        : new FloeError.Unsupported(
            path, $"{kind.Words()} for this kind of data", "a file, which is read at several places", "Write the data to a file first.");

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle.Dispose();
}
