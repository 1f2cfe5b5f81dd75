using System.Numerics;
using System.Runtime.CompilerServices;

namespace Parquet.Encodings;

/// <summary>DELTA_BINARY_PACKED: differences in blocks of miniblocks, each of its own bit width.</summary>
internal static class DeltaBinary
{
    private const int BlockSize = 128;
    private const int Miniblocks = 4;
    private const int MiniblockSize = BlockSize / Miniblocks;

    /// <summary>Decodes exactly as many values as fit the destination; answers the bytes used. T is int or long.</summary>
    public static int Decode<T>(ReadOnlySpan<byte> source, Span<T> destination)
        where T : unmanaged
    {
        int at = 0;
        ulong block = Varint(source, ref at);
        ulong minis = Varint(source, ref at);
        ulong total = Varint(source, ref at);
        long value = ZigZag(source, ref at);
        if (block is 0 or > 1 << 24 || minis == 0 || minis > block || block % minis != 0 || block / minis % 8 != 0)
        {
            throw new ParquetException($"delta encoding with blocks of {block} values in {minis} parts");
        }

        if (total != (ulong)destination.Length)
        {
            throw new ParquetException($"delta encoding claims {total} values where {destination.Length} belong");
        }

        if (total == 0)
        {
            return at;
        }

        int size = (int)(block / minis);
        int maximum = Unsafe.SizeOf<T>() * 8;
        Span<long> deltas = size <= 512 ? stackalloc long[size] : new long[size];
        Put(destination, 0, value);
        for (int done = 1; done < destination.Length;)
        {
            long least = ZigZag(source, ref at);
            if (source.Length - at < (int)minis)
            {
                throw new ParquetException("delta encoding ends early");
            }

            ReadOnlySpan<byte> widths = source.Slice(at, (int)minis);
            at += (int)minis;
            for (int mini = 0; mini < widths.Length && done < destination.Length; mini++)
            {
                int width = widths[mini];
                if (width > maximum)
                {
                    throw new ParquetException($"delta encoding with a bit width of {width} in {maximum}-bit integers");
                }

                int count = Math.Min(size, destination.Length - done);
                ReadOnlySpan<byte> packed = source[at..];
                if (packed.Length < (((long)count * width) + 7) / 8)
                {
                    throw new ParquetException("delta encoding ends early");
                }

                BitPacking.Unpack(packed, width, deltas[..count]);
                for (int i = 0; i < count; i++)
                {
                    value = unchecked(value + least + deltas[i]);
                    Put(destination, done++, value);
                }

                at += (int)Math.Min((long)size * width / 8, packed.Length);
            }
        }

        return at;
    }

    /// <summary>Appends values. T is int or long.</summary>
    public static void Encode<T>(ReadOnlySpan<T> values, ByteBuffer output)
        where T : unmanaged
    {
        output.Varint(BlockSize);
        output.Varint(Miniblocks);
        output.Varint((ulong)values.Length);
        output.ZigZag(values.Length == 0 ? 0 : Get(values, 0));
        Span<long> deltas = stackalloc long[BlockSize];
        Span<ulong> packed = stackalloc ulong[BlockSize];
        bool narrow = Unsafe.SizeOf<T>() == 4;
        for (int start = 1; start < values.Length; start += BlockSize)
        {
            int count = Math.Min(BlockSize, values.Length - start);
            long least = long.MaxValue;
            for (int i = 0; i < count; i++)
            {
                long delta = unchecked(Get(values, start + i) - Get(values, start + i - 1));
                deltas[i] = narrow ? (int)delta : delta;
                least = Math.Min(least, deltas[i]);
            }

            output.ZigZag(least);
            Span<byte> widths = output.Grow(Miniblocks);
            widths.Clear();
            int widthsAt = output.Length - Miniblocks;
            packed.Clear();
            for (int i = 0; i < count; i++)
            {
                packed[i] = narrow ? unchecked((uint)(deltas[i] - least)) : unchecked((ulong)(deltas[i] - least));
            }

            for (int mini = 0; mini * MiniblockSize < count; mini++)
            {
                ReadOnlySpan<ulong> part = packed.Slice(mini * MiniblockSize, MiniblockSize);
                ulong all = 0;
                foreach (ulong delta in part)
                {
                    all |= delta;
                }

                int width = 64 - BitOperations.LeadingZeroCount(all);
                output.At(widthsAt + mini) = (byte)width;
                BitPacking.Pack(part, width, output, MiniblockSize * width / 8);
            }
        }
    }

    // Unsafe.As instead of casts through object, which box until the method is optimised.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T>(Span<T> destination, int index, long value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(int))
        {
            Unsafe.As<T, int>(ref destination[index]) = unchecked((int)value);
        }
        else
        {
            Unsafe.As<T, long>(ref destination[index]) = value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Get<T>(ReadOnlySpan<T> values, int index)
        where T : unmanaged =>
        typeof(T) == typeof(int) ? Unsafe.As<T, int>(ref Unsafe.AsRef(in values[index])) : Unsafe.As<T, long>(ref Unsafe.AsRef(in values[index]));

    private static long ZigZag(ReadOnlySpan<byte> source, ref int at)
    {
        ulong value = Varint(source, ref at);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private static ulong Varint(ReadOnlySpan<byte> source, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (at >= source.Length)
            {
                throw new ParquetException("delta encoding ends early");
            }

            byte next = source[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new ParquetException("delta encoding holds an integer longer than 10 bytes");
    }
}
