using System.Buffers;
using System.Runtime.InteropServices;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats;

/// <summary>Turns a run of stored units into values; both spans hold whole units.</summary>
/// <param name="source">Stored bytes, little endian.</param>
/// <param name="destination">Values, as many as the source holds.</param>
internal delegate void Decode<T>(ReadOnlySpan<byte> source, Span<T> destination);

/// <summary>Reads stored values through one small buffer, so that a tensor costs its result and nothing else.</summary>
internal static class ChunkedRead
{
    private const int BufferBytes = 1 << 18;

    /// <summary>Reads and decodes <paramref name="destination"/> from a place in a file that was checked to hold it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where the first unit starts.</param>
    /// <param name="unitBytes">Bytes of one unit (a value, or a quantised block).</param>
    /// <param name="unitValues">Values of one unit; divides the destination's length.</param>
    /// <param name="decode">Decodes whole units.</param>
    /// <param name="destination">All values wanted.</param>
    public static Either<FloeError, Unit> Into<T>(
        RandomFile file, long offset, int unitBytes, int unitValues, Decode<T> decode, Span<T> destination)
    {
        int units = BufferBytes / unitBytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(units * unitBytes);
        try
        {
            for (int done = 0; done < destination.Length;)
            {
                int take = Math.Min(units, (destination.Length - done) / unitValues);
                Span<byte> bytes = buffer.AsSpan(0, take * unitBytes);
                Either<FloeError, Unit> read = file.ReadAt(offset + ((long)(done / unitValues) * unitBytes), bytes);
                if (read.IsLeft)
                {
                    return read;
                }

                decode(bytes, destination.Slice(done, take * unitValues));
                done += take * unitValues;
            }

            return unit;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads values that are stored as they lie in memory.</summary>
    public static Either<FloeError, Unit> Raw<T>(RandomFile file, long offset, Span<T> destination)
        where T : unmanaged =>
        file.ReadAt(offset, MemoryMarshal.AsBytes(destination));
}
