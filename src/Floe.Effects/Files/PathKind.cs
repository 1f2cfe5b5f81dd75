using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Floe.Effects.Files;

/// <summary>What a path leads to, links followed.</summary>
internal enum PathKind
{
    /// <summary>Nothing, or nothing that may be looked at.</summary>
    Missing = 0,

    /// <summary>A file that can be read at any place, again and again.</summary>
    File = 1,

    /// <summary>A folder.</summary>
    Folder = 2,

    /// <summary>A pipe: its bytes come once and in order.</summary>
    Pipe = 3,

    /// <summary>A terminal, <c>/dev/null</c> and the like: read in order too.</summary>
    Device = 4,

    /// <summary>A socket, which cannot be opened as a file.</summary>
    Socket = 5,
}

/// <summary>Asks the system what a path leads to without opening it: to open a pipe that nobody writes to would wait for ever.</summary>
internal static partial class PathKinds
{
    private const int CurrentFolder = -100;
    private const uint TypeAndMode = 3;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;

    /// <summary>The kind of a path. Where the system cannot be asked for more, whatever is there and no folder counts as a file.</summary>
    public static PathKind Of(string path)
    {
        if (!OperatingSystem.IsLinux() || path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return Directory.Exists(path) ? PathKind.Folder : File.Exists(path) ? PathKind.File : PathKind.Missing;
        }

        // struct statx of the kernel: the same 256 bytes on every architecture, the mode at byte 28.
        byte[] status = new byte[256];
        return Status(CurrentFolder, Encoding.UTF8.GetBytes(path + "\0"), 0, TypeAndMode, status) != 0
            ? PathKind.Missing
            : (BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(ModeOffset)) & TypeMask) switch
            {
                0x8000 => PathKind.File,
                0x4000 => PathKind.Folder,
                0x1000 => PathKind.Pipe,
                0xC000 => PathKind.Socket,
                _ => PathKind.Device,
            };
    }

    /// <summary>The kind in words, with its article.</summary>
    public static string Words(this PathKind kind) => kind switch
    {
        PathKind.File => "a file",
        PathKind.Folder => "a folder",
        PathKind.Pipe => "a pipe",
        PathKind.Device => "a device",
        PathKind.Socket => "a socket",
        _ => "no such file",
    };

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int Status(int folder, byte[] path, int flags, uint mask, byte[] status);
}
