using System.Runtime.InteropServices;

namespace Parquet.Storage;

/// <summary>
/// Zstandard through the system's libzstd.so.1, since .NET has none. Where that library is not installed the codec is refused by its name.
/// </summary>
internal static unsafe class Zstandard
{
    private const string Library = "libzstd.so.1";
    private const ulong Unknown = ulong.MaxValue;
    private static readonly nint Handle = NativeLibrary.TryLoad(Library, out nint handle) ? handle : 0;

    /// <summary>Decompresses frames of exactly the expected size.</summary>
    public static void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var decompress = (delegate* unmanaged<byte*, nuint, byte*, nuint, nuint>)Export("ZSTD_decompress");
        var isError = (delegate* unmanaged<nuint, uint>)Export("ZSTD_isError");
        fixed (byte* from = source, to = destination)
        {
            nuint size = decompress(to, (nuint)destination.Length, from, (nuint)source.Length);
            if (isError(size) != 0 || size != (nuint)destination.Length)
            {
                throw new InvalidDataException("a Zstandard frame is damaged");
            }
        }
    }

    /// <summary>Whether the frame says that it holds so many bytes, or does not say.</summary>
    public static bool CanHold(ReadOnlySpan<byte> source, int uncompressed)
    {
        var contentSize = (delegate* unmanaged<byte*, nuint, ulong>)Export("ZSTD_getFrameContentSize");
        fixed (byte* from = source)
        {
            ulong size = contentSize(from, (nuint)source.Length);
            return size == Unknown || size <= (ulong)uncompressed;
        }
    }

    private static nint Export(string name) => Handle != 0
        ? NativeLibrary.GetExport(Handle, name)
        : throw new NotSupportedException($"compression codec Zstd needs the library {Library}, which is not installed here");
}
