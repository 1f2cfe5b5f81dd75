using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parquet.Encodings;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Storage;

/// <summary>Writes one column chunk: a dictionary page where it is asked for and pays, then one data page of version 1.</summary>
internal sealed class ChunkWriter(Stream stream, long position, ParquetOptions options, DataField field, SchemaElement element)
{
    private readonly ColumnMetaData meta = new()
    {
        Type = element.Type!.Value,
        Codec = options.CompressionMethod,
        PathInSchema = field.Path.ToList(),
        DataPageOffset = position,
    };

    /// <summary>Bytes written.</summary>
    public long Written { get; private set; }

    /// <summary>Writes the values that are there, side by side, and the levels of an optional column, one a row.</summary>
    public ColumnChunk Write<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> levels, int rows)
        where T : unmanaged
    {
        ByteBuffer page = Begin(levels, values.Length * Unsafe.SizeOf<T>());
        EncodingHint hint = options.HintOf(field);
        if (typeof(T) == typeof(bool))
        {
            Flags(MemoryMarshal.Cast<T, byte>(values), page);
            return Finish(page, Meta.Encoding.PLAIN, rows, values.Length);
        }

        if (hint == EncodingHint.DeltaBinaryPacked && (typeof(T) == typeof(int) || typeof(T) == typeof(long)))
        {
            DeltaBinary.Encode(values, page);
            return Finish(page, Meta.Encoding.DELTA_BINARY_PACKED, rows, values.Length);
        }

        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        if (hint == EncodingHint.ByteSplitStream && (typeof(T) == typeof(float) || typeof(T) == typeof(double)))
        {
            ByteStreamSplit.Encode(bytes, Unsafe.SizeOf<T>(), page);
            return Finish(page, Meta.Encoding.BYTE_STREAM_SPLIT, rows, values.Length);
        }

        page.Bytes(bytes);
        return Finish(page, Meta.Encoding.PLAIN, rows, values.Length);
    }

    /// <summary>Writes a column of texts.</summary>
    public ColumnChunk Write(ReadOnlySpan<string> values, ReadOnlySpan<int> levels, int rows)
    {
        if (options.HintOf(field) == EncodingHint.Dictionary && Distinct(values, out List<string> dictionary, out int[] indices))
        {
            ByteBuffer entries = new();
            foreach (string text in dictionary)
            {
                Text(text, entries);
            }

            meta.DictionaryPageOffset = position;
            meta.Encodings.Add(Meta.Encoding.PLAIN);
            Page(new PageHeader(PageType.DICTIONARY_PAGE, entries.Length, 0, null) { NumValues = dictionary.Count, Encoding = Meta.Encoding.PLAIN }, entries);
            ByteBuffer page = Begin(levels, 64);
            int width = 32 - BitOperations.LeadingZeroCount((uint)Math.Max(dictionary.Count - 1, 1));
            page.Byte((byte)width);
            Rle.Encode(indices, width, page);
            return Finish(page, Meta.Encoding.RLE_DICTIONARY, rows, values.Length);
        }

        ByteBuffer plain = Begin(levels, values.Length * 8);
        foreach (string text in values)
        {
            Text(text, plain);
        }

        return Finish(plain, Meta.Encoding.PLAIN, rows, values.Length);
    }

    /// <summary>Writes a column of byte arrays.</summary>
    public ColumnChunk Write(ReadOnlySpan<byte[]> values, ReadOnlySpan<int> levels, int rows)
    {
        ByteBuffer page = Begin(levels, values.Length * 8);
        foreach (byte[] value in values)
        {
            page.Int32(value.Length);
            page.Bytes(value);
        }

        return Finish(page, Meta.Encoding.PLAIN, rows, values.Length);
    }

    private static void Text(string text, ByteBuffer output)
    {
        output.Int32(System.Text.Encoding.UTF8.GetByteCount(text));
        output.Text(text);
    }

    private static void Flags(ReadOnlySpan<byte> values, ByteBuffer output)
    {
        Span<byte> bits = output.Grow((values.Length + 7) / 8);
        bits.Clear();
        for (int i = 0; i < values.Length; i++)
        {
            bits[i >> 3] |= (byte)((values[i] != 0 ? 1 : 0) << (i & 7));
        }
    }

    private bool Distinct(ReadOnlySpan<string> values, out List<string> dictionary, out int[] indices)
    {
        dictionary = [];
        indices = new int[values.Length];
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        double most = options.DictionaryEncodingThreshold * values.Length;
        for (int i = 0; i < values.Length; i++)
        {
            // Sorted tables repeat one string object for thousands of rows.
            if (i > 0 && ReferenceEquals(values[i], values[i - 1]))
            {
                indices[i] = indices[i - 1];
                continue;
            }

            if (!known.TryGetValue(values[i], out indices[i]))
            {
                indices[i] = known.Count;
                known.Add(values[i], known.Count);
                dictionary.Add(values[i]);
                if (known.Count > most)
                {
                    return false;
                }
            }
        }

        return values.Length > 0;
    }

    private ByteBuffer Begin(ReadOnlySpan<int> levels, int capacity)
    {
        ByteBuffer page = new(capacity + (levels.Length / 8) + 64);
        if (field.IsNullable)
        {
            page.Int32(0);
            Rle.Encode(levels, 1, page);
            BinaryPrimitives.WriteInt32LittleEndian(MemoryMarshal.CreateSpan(ref page.At(0), 4), page.Length - 4);
        }

        return page;
    }

    private ColumnChunk Finish(ByteBuffer page, Meta.Encoding encoding, int rows, int present)
    {
        if (!meta.Encodings.Contains(encoding))
        {
            meta.Encodings.Add(encoding);
        }

        meta.Encodings.Add(Meta.Encoding.RLE);
        meta.DataPageOffset = position + Written;
        Page(new PageHeader(PageType.DATA_PAGE, page.Length, 0, null) { NumValues = rows, Encoding = encoding }, page);
        meta.NumValues = rows;
        meta.TotalCompressedSize = Written;
        meta.Statistics = new Statistics { NullCount = rows - present };
        return new ColumnChunk { FileOffset = position, MetaData = meta };
    }

    private void Page(PageHeader header, ByteBuffer page)
    {
        ReadOnlyMemory<byte> body = Codecs.Compress(options.CompressionMethod, options.CompressionLevel, page);
        ByteBuffer head = new();
        MetaWriter.Page(header with { CompressedSize = body.Length }, head);
        stream.Write(head.Span);
        stream.Write(body.Span);
        Written += head.Length + body.Length;
        meta.TotalUncompressedSize += head.Length + page.Length;
    }
}
