namespace Parquet.Encodings;

/// <summary>The hybrid of run lengths and bit packing, for levels, dictionary indices and booleans; and the old bit packing of levels.</summary>
internal static class Rle
{
    /// <summary>Decodes exactly as many values as fit the destination.</summary>
    public static void Decode(ReadOnlySpan<byte> source, int width, Span<int> destination)
    {
        if (width is < 0 or > 32)
        {
            throw new ParquetException($"a bit width of {width} where at most 32 is possible");
        }

        int at = 0, done = 0;
        int bytes = (width + 7) / 8;
        while (done < destination.Length)
        {
            uint header = Varint(source, ref at);
            if ((header & 1) == 0)
            {
                uint run = header >> 1;
                if (run == 0 || source.Length - at < bytes)
                {
                    throw new ParquetException(run == 0 ? "a run of length 0" : "runs end early");
                }

                int value = 0;
                for (int i = 0; i < bytes; i++)
                {
                    value |= source[at++] << (8 * i);
                }

                if (width < 32 && (uint)value >> width != 0)
                {
                    throw new ParquetException($"a run of the value {value} in {width} bits");
                }

                int count = (int)Math.Min(run, (uint)(destination.Length - done));
                destination.Slice(done, count).Fill(value);
                done += count;
                continue;
            }

            long groups = header >> 1;
            int wanted = (int)Math.Min(groups * 8, destination.Length - done);
            if (wanted == 0)
            {
                throw new ParquetException("a run of length 0");
            }

            ReadOnlySpan<byte> packed = source[at..];
            if (packed.Length < (((long)wanted * width) + 7) / 8)
            {
                throw new ParquetException("runs end early");
            }

            BitPacking.Unpack(packed, width, destination.Slice(done, wanted));
            at += (int)Math.Min(groups * width, packed.Length);
            done += wanted;
        }
    }

    /// <summary>The deprecated BIT_PACKED encoding of levels: most significant bit first, no runs.</summary>
    public static int DecodeBitPackedLevels(ReadOnlySpan<byte> source, Span<int> destination)
    {
        int bytes = (destination.Length + 7) / 8;
        if (source.Length < bytes)
        {
            throw new ParquetException("levels end early");
        }

        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (source[i >> 3] >> (7 - (i & 7))) & 1;
        }

        return bytes;
    }

    /// <summary>Appends values as runs where eight or more are equal, else bit packed.</summary>
    public static void Encode(ReadOnlySpan<int> values, int width, ByteBuffer output)
    {
        int at = 0;
        while (at < values.Length)
        {
            int run = RunLength(values, at);
            if (run >= 8 || at + run == values.Length)
            {
                output.Varint((uint)run << 1);
                for (int i = 0; i < (width + 7) / 8; i++)
                {
                    output.Byte((byte)(values[at] >> (8 * i)));
                }

                at += run;
                continue;
            }

            int end = PackedEnd(values, at);
            int groups = (end - at + 7) / 8;
            output.Varint(((uint)groups << 1) | 1);
            BitPacking.Pack(values[at..end], width, output, groups * width);
            at = end;
        }
    }

    // Packs groups of eight until a run of eight starts at a group's border.
    private static int PackedEnd(ReadOnlySpan<int> values, int at)
    {
        int end = at;
        while (end < values.Length)
        {
            end = Math.Min(end + 8, values.Length);
            if (end < values.Length && RunLength(values, end) >= 8)
            {
                break;
            }
        }

        return end;
    }

    private static int RunLength(ReadOnlySpan<int> values, int at)
    {
        int different = values[at..].IndexOfAnyExcept(values[at]);
        return different < 0 ? values.Length - at : different;
    }

    private static uint Varint(ReadOnlySpan<byte> source, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (at >= source.Length)
            {
                throw new ParquetException("runs end early");
            }

            byte next = source[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value <= uint.MaxValue ? (uint)value : throw new ParquetException("a run header that does not fit 32 bits");
            }
        }

        throw new ParquetException("a run header that never ends");
    }
}
