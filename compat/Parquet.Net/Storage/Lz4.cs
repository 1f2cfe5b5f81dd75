using System.Buffers.Binary;

namespace Parquet.Storage;

/// <summary>LZ4's block format, bare (LZ4_RAW) and in Hadoop's frames (LZ4 of old writers).</summary>
internal static class Lz4
{
    // A length byte stands for at most 255 bytes.
    private const int MaxRatio = 256;

    /// <summary>Whether so few bytes can hold so many.</summary>
    public static bool CanHold(int compressed, int uncompressed) => uncompressed <= ((long)compressed * MaxRatio) + 16;

    /// <summary>Decompresses a bare block of exactly the expected size.</summary>
    public static void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int at = 0, done = 0;
        while (at < source.Length)
        {
            byte token = source[at++];
            int literal = Length(source, token >> 4, ref at);
            if (literal > source.Length - at || literal > destination.Length - done)
            {
                throw Damaged();
            }

            source.Slice(at, literal).CopyTo(destination[done..]);
            at += literal;
            done += literal;
            if (at == source.Length)
            {
                break;
            }

            if (source.Length - at < 2)
            {
                throw Damaged();
            }

            int offset = BinaryPrimitives.ReadUInt16LittleEndian(source[at..]);
            at += 2;
            int count = Length(source, token & 15, ref at) + 4;
            if (offset == 0 || offset > done || count > destination.Length - done)
            {
                throw Damaged();
            }

            Snappy.Repeat(destination, done, offset, count);
            done += count;
        }

        if (done != destination.Length)
        {
            throw Damaged();
        }
    }

    /// <summary>Decompresses frames of (size, compressed size, block), both sizes big-endian; else the bytes as one bare block.</summary>
    public static void DecompressHadoop(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!IsFramed(source, destination.Length))
        {
            Decompress(source, destination);
            return;
        }

        while (source.Length > 0)
        {
            int size = BinaryPrimitives.ReadInt32BigEndian(source);
            int compressed = BinaryPrimitives.ReadInt32BigEndian(source[4..]);
            Decompress(source.Slice(8, compressed), destination[..size]);
            source = source[(8 + compressed)..];
            destination = destination[size..];
        }
    }

    private static bool IsFramed(ReadOnlySpan<byte> source, long expected)
    {
        while (source.Length >= 8)
        {
            int size = BinaryPrimitives.ReadInt32BigEndian(source);
            int compressed = BinaryPrimitives.ReadInt32BigEndian(source[4..]);
            if (size < 0 || compressed < 0 || size > expected || compressed > source.Length - 8)
            {
                return false;
            }

            expected -= size;
            source = source[(8 + compressed)..];
        }

        return source.Length == 0 && expected == 0;
    }

    private static int Length(ReadOnlySpan<byte> source, int nibble, ref int at)
    {
        int length = nibble;
        if (nibble < 15)
        {
            return length;
        }

        for (byte next = 255; next == 255;)
        {
            if (at >= source.Length)
            {
                throw Damaged();
            }

            next = source[at++];
            length = checked(length + next);
        }

        return length;
    }

    private static InvalidDataException Damaged() => new("an LZ4 block is damaged");
}
