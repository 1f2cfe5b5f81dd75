using System.Buffers.Binary;

namespace Parquet.Encodings;

/// <summary>Values of a fixed number of bits, least significant bit first.</summary>
internal static class BitPacking
{
    /// <summary>Unpacks values of at most 32 bits; the source holds them all.</summary>
    public static void Unpack(ReadOnlySpan<byte> source, int width, Span<int> destination)
    {
        if (width == 0)
        {
            destination.Clear();
            return;
        }

        uint mask = uint.MaxValue >> (32 - width);
        int fast = FastCount(source.Length, width, destination.Length);
        for (int i = 0; i < fast; i++)
        {
            long bit = (long)i * width;
            destination[i] = (int)((uint)(BinaryPrimitives.ReadUInt64LittleEndian(source[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask);
        }

        for (int i = fast; i < destination.Length; i++)
        {
            destination[i] = (int)Slow(source, (long)i * width, width);
        }
    }

    /// <summary>Unpacks values of at most 64 bits; the source holds them all.</summary>
    public static void Unpack(ReadOnlySpan<byte> source, int width, Span<long> destination)
    {
        if (width == 0)
        {
            destination.Clear();
            return;
        }

        // Eight bytes hold 57 bits from any bit of the first.
        ulong mask = ulong.MaxValue >> (64 - width);
        int fast = width > 57 ? 0 : FastCount(source.Length, width, destination.Length);
        for (int i = 0; i < fast; i++)
        {
            long bit = (long)i * width;
            destination[i] = (long)((BinaryPrimitives.ReadUInt64LittleEndian(source[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask);
        }

        for (int i = fast; i < destination.Length; i++)
        {
            destination[i] = (long)Slow(source, (long)i * width, width);
        }
    }

    /// <summary>Appends packed values, padded with zeros to a number of bytes.</summary>
    public static void Pack(ReadOnlySpan<int> values, int width, ByteBuffer output, int bytes)
    {
        Span<byte> target = output.Grow(bytes);
        target.Clear();
        ulong pending = 0;
        int bits = 0, at = 0;
        foreach (int value in values)
        {
            pending |= (ulong)(uint)value << bits;
            bits += width;
            while (bits >= 8)
            {
                target[at++] = (byte)pending;
                pending >>= 8;
                bits -= 8;
            }
        }

        if (bits > 0)
        {
            target[at] = (byte)pending;
        }
    }

    /// <summary>Appends packed values of up to 64 bits, padded with zeros to a number of bytes.</summary>
    public static void Pack(ReadOnlySpan<ulong> values, int width, ByteBuffer output, int bytes)
    {
        Span<byte> target = output.Grow(bytes);
        target.Clear();
        UInt128 pending = 0;
        int bits = 0, at = 0;
        foreach (ulong value in values)
        {
            pending |= (UInt128)value << bits;
            bits += width;
            while (bits >= 8)
            {
                target[at++] = (byte)pending;
                pending >>= 8;
                bits -= 8;
            }
        }

        if (bits > 0)
        {
            target[at] = (byte)pending;
        }
    }

    private static int FastCount(int bytes, int width, int count) =>
        bytes < 8 ? 0 : (int)Math.Min(count, ((bytes - 8L) * 8 / width) + 1);

    private static ulong Slow(ReadOnlySpan<byte> source, long bit, int width)
    {
        ulong value = 0;
        for (int got = 0; got < width;)
        {
            int within = (int)(bit & 7);
            int take = Math.Min(8 - within, width - got);
            ulong piece = (ulong)(source[(int)(bit >> 3)] >> within) & ((1UL << take) - 1);
            value |= piece << got;
            got += take;
            bit += take;
        }

        return value;
    }
}
