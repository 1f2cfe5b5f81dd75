using Parquet.Encodings;

namespace Parquet.Meta;

/// <summary>Writes the structs of the format in Thrift's compact protocol.</summary>
internal static class MetaWriter
{
    private const byte True = 1;
    private const byte False = 2;
    private const byte I32 = 5;
    private const byte I64 = 6;
    private const byte Binary = 8;
    private const byte ListType = 9;
    private const byte StructType = 12;

    public static void File(FileMetaData meta, ByteBuffer output)
    {
        int last = 0;
        Int(output, ref last, 1, meta.Version);
        List(output, ref last, 2, meta.Schema, Element);
        Long(output, ref last, 3, meta.NumRows);
        List(output, ref last, 4, meta.RowGroups, Group);
        if (meta.KeyValueMetadata is { Count: > 0 } pairs)
        {
            List(output, ref last, 5, pairs, Pair);
        }

        Text(output, ref last, 6, meta.CreatedBy!);
        output.Byte(0);
    }

    public static void Page(PageHeader header, ByteBuffer output)
    {
        int last = 0;
        Int(output, ref last, 1, (int)header.Type);
        Int(output, ref last, 2, header.UncompressedSize);
        Int(output, ref last, 3, header.CompressedSize);
        bool dictionary = header.Type == PageType.DICTIONARY_PAGE;
        Header(output, ref last, dictionary ? 7 : 5, StructType);
        int inner = 0;
        Int(output, ref inner, 1, header.NumValues);
        Int(output, ref inner, 2, (int)header.Encoding);
        if (!dictionary)
        {
            Int(output, ref inner, 3, (int)Encoding.RLE);
            Int(output, ref inner, 4, (int)Encoding.RLE);
        }

        output.Byte(0);
        output.Byte(0);
    }

    private static void Element(SchemaElement element, ByteBuffer output)
    {
        int last = 0;
        OptionalInt(output, ref last, 1, (int?)element.Type);
        OptionalInt(output, ref last, 3, (int?)element.RepetitionType);
        Text(output, ref last, 4, element.Name);
        OptionalInt(output, ref last, 5, element.NumChildren);
        OptionalInt(output, ref last, 6, (int?)element.ConvertedType);
        if (element.Logical.Kind is LogicalKind.String or LogicalKind.Integer)
        {
            Header(output, ref last, 10, StructType);
            int union = 0;
            Header(output, ref union, (int)element.Logical.Kind, StructType);
            if (element.Logical.Kind == LogicalKind.Integer)
            {
                int inner = 0;
                Header(output, ref inner, 1, 3);
                output.Byte((byte)element.Logical.BitWidth);
                Header(output, ref inner, 2, element.Logical.IsSigned ? True : False);
            }

            output.Byte(0);
            output.Byte(0);
        }

        output.Byte(0);
    }

    private static void Group(RowGroup group, ByteBuffer output)
    {
        int last = 0;
        List(output, ref last, 1, group.Columns, Chunk);
        Long(output, ref last, 2, group.TotalByteSize);
        Long(output, ref last, 3, group.NumRows);
        Long(output, ref last, 6, group.TotalCompressedSize ?? 0);
        output.Byte(0);
    }

    private static void Chunk(ColumnChunk chunk, ByteBuffer output)
    {
        int last = 0;
        Long(output, ref last, 2, chunk.FileOffset);
        Header(output, ref last, 3, StructType);
        Column(chunk.MetaData!, output);
        output.Byte(0);
    }

    private static void Column(ColumnMetaData meta, ByteBuffer output)
    {
        int last = 0;
        Int(output, ref last, 1, (int)meta.Type);
        Header(output, ref last, 2, ListType);
        ListHeader(output, meta.Encodings.Count, I32);
        foreach (Encoding encoding in meta.Encodings)
        {
            output.ZigZag((int)encoding);
        }

        Header(output, ref last, 3, ListType);
        ListHeader(output, meta.PathInSchema.Count, Binary);
        foreach (string part in meta.PathInSchema)
        {
            Text(output, part);
        }

        Int(output, ref last, 4, (int)meta.Codec);
        Long(output, ref last, 5, meta.NumValues);
        Long(output, ref last, 6, meta.TotalUncompressedSize);
        Long(output, ref last, 7, meta.TotalCompressedSize);
        Long(output, ref last, 9, meta.DataPageOffset);
        if (meta.DictionaryPageOffset is { } dictionary)
        {
            Long(output, ref last, 11, dictionary);
        }

        if (meta.Statistics?.NullCount is { } nulls)
        {
            Header(output, ref last, 12, StructType);
            int inner = 0;
            Long(output, ref inner, 3, nulls);
            output.Byte(0);
        }

        output.Byte(0);
    }

    private static void Pair(KeyValue pair, ByteBuffer output)
    {
        int last = 0;
        Text(output, ref last, 1, pair.Key);
        if (pair.Value is not null)
        {
            Text(output, ref last, 2, pair.Value);
        }

        output.Byte(0);
    }

    private static void List<T>(ByteBuffer output, ref int last, int id, List<T> items, Action<T, ByteBuffer> write)
    {
        Header(output, ref last, id, ListType);
        ListHeader(output, items.Count, StructType);
        foreach (T item in items)
        {
            write(item, output);
        }
    }

    private static void ListHeader(ByteBuffer output, int count, byte type)
    {
        output.Byte((byte)((Math.Min(count, 15) << 4) | type));
        if (count >= 15)
        {
            output.Varint((ulong)count);
        }
    }

    private static void Header(ByteBuffer output, ref int last, int id, byte type)
    {
        output.Byte((byte)(((id - last) << 4) | type));
        last = id;
    }

    private static void OptionalInt(ByteBuffer output, ref int last, int id, int? value)
    {
        if (value is { } some)
        {
            Int(output, ref last, id, some);
        }
    }

    private static void Int(ByteBuffer output, ref int last, int id, int value)
    {
        Header(output, ref last, id, I32);
        output.ZigZag(value);
    }

    private static void Long(ByteBuffer output, ref int last, int id, long value)
    {
        Header(output, ref last, id, I64);
        output.ZigZag(value);
    }

    private static void Text(ByteBuffer output, ref int last, int id, string value)
    {
        Header(output, ref last, id, Binary);
        Text(output, value);
    }

    private static void Text(ByteBuffer output, string value)
    {
        output.Varint((ulong)System.Text.Encoding.UTF8.GetByteCount(value));
        output.Text(value);
    }
}
