namespace Parquet.Encodings;

/// <summary>BYTE_STREAM_SPLIT: the first bytes of all values, then the second bytes, and so on.</summary>
internal static class ByteStreamSplit
{
    public static byte[] Decode(ReadOnlySpan<byte> source, int width, int count)
    {
        if ((long)width * count != source.Length)
        {
            throw new ParquetException($"{source.Length} split bytes for {count} values of {width}");
        }

        byte[] joined = new byte[source.Length];
        for (int part = 0; part < width; part++)
        {
            ReadOnlySpan<byte> stream = source.Slice(part * count, count);
            for (int i = 0; i < stream.Length; i++)
            {
                joined[(i * width) + part] = stream[i];
            }
        }

        return joined;
    }

    public static void Encode(ReadOnlySpan<byte> source, int width, ByteBuffer output)
    {
        int count = source.Length / width;
        Span<byte> split = output.Grow(source.Length);
        for (int part = 0; part < width; part++)
        {
            Span<byte> stream = split.Slice(part * count, count);
            for (int i = 0; i < stream.Length; i++)
            {
                stream[i] = source[(i * width) + part];
            }
        }
    }
}
