using System.Buffers.Binary;
using System.Numerics;
using Parquet.Encodings;

namespace Parquet.Storage;

/// <summary>Snappy's block format (google/snappy, format_description.txt).</summary>
internal static class Snappy
{
    private const int BlockSize = 1 << 16;
    private const int TableBits = 14;

    // A copy of 64 bytes takes three.
    private const int MaxRatio = 22;

    /// <summary>Decompresses a block that must hold exactly the expected number of bytes.</summary>
    public static void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int at = 0, done = 0;
        ulong claimed = Length(source, ref at);
        if (claimed != (ulong)destination.Length)
        {
            throw new InvalidDataException($"a Snappy block claims {claimed} bytes, its page {destination.Length}");
        }

        while (at < source.Length)
        {
            byte tag = source[at++];
            if ((tag & 3) == 0)
            {
                int length = LiteralLength(source, tag >> 2, ref at);
                if (length > source.Length - at || length > destination.Length - done)
                {
                    throw Damaged();
                }

                source.Slice(at, length).CopyTo(destination[done..]);
                at += length;
                done += length;
                continue;
            }

            int extra = (tag & 3) switch { 1 => 1, 2 => 2, _ => 4 };
            if (extra > source.Length - at)
            {
                throw Damaged();
            }

            (int count, uint offset) = extra switch
            {
                1 => (((tag >> 2) & 7) + 4, ((uint)(tag >> 5) << 8) | source[at]),
                2 => ((tag >> 2) + 1, BinaryPrimitives.ReadUInt16LittleEndian(source[at..])),
                _ => ((tag >> 2) + 1, BinaryPrimitives.ReadUInt32LittleEndian(source[at..])),
            };
            at += extra;
            if (offset == 0 || offset > (uint)done || count > destination.Length - done)
            {
                throw Damaged();
            }

            Repeat(destination, done, (int)offset, count);
            done += count;
        }

        if (done != destination.Length)
        {
            throw Damaged();
        }
    }

    /// <summary>Whether so few bytes can hold so many.</summary>
    public static bool CanHold(int compressed, int uncompressed) => uncompressed <= (long)compressed * MaxRatio;

    /// <summary>Appends a compressed block.</summary>
    public static void Compress(ReadOnlySpan<byte> source, ByteBuffer output)
    {
        output.Varint((ulong)source.Length);
        ushort[] table = new ushort[1 << TableBits];
        for (int start = 0; start < source.Length; start += BlockSize)
        {
            Array.Clear(table);
            Block(source.Slice(start, Math.Min(BlockSize, source.Length - start)), table, output);
        }
    }

    /// <summary>Copies bytes that were written before, which may overlap what they make.</summary>
    internal static void Repeat(Span<byte> destination, int at, int offset, int count)
    {
        if (offset >= count)
        {
            destination.Slice(at - offset, count).CopyTo(destination[at..]);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            destination[at + i] = destination[at + i - offset];
        }
    }

    private static void Block(ReadOnlySpan<byte> source, ushort[] table, ByteBuffer output)
    {
        int literal = 0, at = 1;

        // Incompressible data is passed over in growing steps.
        int misses = 32;
        while (at + 4 < source.Length)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(source[at..]);
            ref ushort slot = ref table[(word * 0x1E35A7BD) >> (32 - TableBits)];
            int candidate = slot;
            slot = (ushort)at;
            if (candidate >= at || BinaryPrimitives.ReadUInt32LittleEndian(source[candidate..]) != word)
            {
                at += misses++ >> 5;
                continue;
            }

            Literal(source[literal..at], output);
            int length = 4 + source[(at + 4)..].CommonPrefixLength(source[(candidate + 4)..]);
            Copy(at - candidate, length, output);
            at += length;
            literal = at;
            misses = 32;
        }

        Literal(source[literal..], output);
    }

    private static void Literal(ReadOnlySpan<byte> bytes, ByteBuffer output)
    {
        if (bytes.Length == 0)
        {
            return;
        }

        int length = bytes.Length - 1;
        if (length < 60)
        {
            output.Byte((byte)(length << 2));
        }
        else
        {
            int size = (BitOperations.Log2((uint)length) / 8) + 1;
            output.Byte((byte)((59 + size) << 2));
            for (int i = 0; i < size; i++)
            {
                output.Byte((byte)(length >> (8 * i)));
            }
        }

        output.Bytes(bytes);
    }

    private static void Copy(int offset, int length, ByteBuffer output)
    {
        while (length > 0)
        {
            // No copy shorter than four may be left over.
            int part = length <= 64 ? length : length < 68 ? 60 : 64;
            if (part is >= 4 and <= 11 && offset < 2048)
            {
                output.Byte((byte)(1 | ((part - 4) << 2) | ((offset >> 8) << 5)));
                output.Byte((byte)offset);
            }
            else
            {
                output.Byte((byte)(2 | ((part - 1) << 2)));
                output.Byte((byte)offset);
                output.Byte((byte)(offset >> 8));
            }

            length -= part;
        }
    }

    private static int LiteralLength(ReadOnlySpan<byte> source, int code, ref int at)
    {
        if (code < 60)
        {
            return code + 1;
        }

        int size = code - 59;
        if (size > source.Length - at)
        {
            throw Damaged();
        }

        uint length = 0;
        for (int i = 0; i < size; i++)
        {
            length |= (uint)source[at++] << (8 * i);
        }

        return length < int.MaxValue ? (int)length + 1 : throw Damaged();
    }

    private static ulong Length(ReadOnlySpan<byte> source, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 35 && at < source.Length; shift += 7)
        {
            byte next = source[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }

    private static InvalidDataException Damaged() => new("a Snappy block is damaged");
}
