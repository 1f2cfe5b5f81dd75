using System.Buffers.Binary;

namespace Floe.Effects.Tables.Guard;

/// <summary>Goes over integers stored as differences (DELTA_BINARY_PACKED).</summary>
internal static class Differences
{
    /// <summary>Goes over the integers of a page.</summary>
    /// <param name="bytes">Bytes from the first of them on.</param>
    /// <param name="count">Integers that must be there.</param>
    /// <param name="most">Most bits of a difference: 32 or 64.</param>
    /// <param name="values">Takes the integers, or is empty where they are not needed.</param>
    /// <returns>Bytes that they take.</returns>
    public static int Check(ReadOnlySpan<byte> bytes, int count, int most, Span<int> values)
    {
        int at = 0;
        ulong block = Varints.Read(bytes, ref at), parts = Varints.Read(bytes, ref at), total = Varints.Read(bytes, ref at);
        long value = ZigZag(bytes, ref at);
        TableFault.Unless(
            block is > 0 and <= 1 << 20 && parts > 0 && parts <= block && block % parts == 0 && block / parts % 8 == 0,
            "differences in blocks of a multiple of eight values",
            "other blocks");
        TableFault.Unless(total == (ulong)count, "as many differences as values", "another number");
        Put(values, 0, value);
        int size = (int)(block / parts);
        for (int done = 1; done < count;)
        {
            long least = ZigZag(bytes, ref at);
            TableFault.Unless(bytes.Length - at >= (int)parts, "whole blocks of differences", "one that ends early");
            ReadOnlySpan<byte> widths = bytes.Slice(at, (int)parts);
            at += (int)parts;
            for (int part = 0; part < widths.Length && done < count; part++)
            {
                int width = widths[part], length = size / 8 * width, here = Math.Min(size, count - done);
                TableFault.Unless(width <= most, "differences of at most the bits of a value", "wider ones");
                TableFault.Unless(bytes.Length - at >= length, "whole blocks of differences", "one that ends early");
                for (int i = 0; i < here && !values.IsEmpty; i++)
                {
                    value = unchecked(value + least + Difference(bytes.Slice(at, length), i, width));
                    Put(values, done + i, value);
                }

                (at, done) = (at + length, done + here);
            }
        }

        return at;
    }

    // Of 32 bits at most where values are asked for.
    private static long Difference(ReadOnlySpan<byte> part, int index, int width)
    {
        int bit = index * width;
        ReadOnlySpan<byte> from = part[Math.Min(bit >> 3, part.Length)..];
        Span<byte> end = stackalloc byte[8];
        from[..Math.Min(8, from.Length)].CopyTo(end);
        return (long)((BinaryPrimitives.ReadUInt64LittleEndian(end) >> (bit & 7)) & ((1UL << width) - 1));
    }

    private static void Put(Span<int> values, int index, long value)
    {
        if (index < values.Length)
        {
            values[index] = unchecked((int)value);
        }
    }

    private static long ZigZag(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = Varints.Read(bytes, ref at);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }
}
