using System.Buffers.Binary;

namespace Floe.Tests.Effects.Parquet;

/// <summary>A page as a file states it, true or not.</summary>
/// <param name="Values">Values that it claims.</param>
/// <param name="Encoding">Id of the encoding that it claims.</param>
/// <param name="Body">Its bytes.</param>
public sealed record BytesPage(int Values, int Encoding, byte[] Body)
{
    /// <summary>0 values, 2 a dictionary, 3 values in version 2.</summary>
    public int Kind { get; init; }

    /// <summary>Id of the encoding of which values are missing.</summary>
    public int Levels { get; init; } = 3;

    /// <summary>Bytes that it claims to take in the file.</summary>
    public int? Stored { get; init; }

    /// <summary>Bytes that it claims to take when unpacked.</summary>
    public int? Size { get; init; }

    /// <summary>The checksum that it claims.</summary>
    public int? Crc { get; init; }

    /// <summary>Values that it claims to be missing (version 2).</summary>
    public int Nulls { get; init; }

    /// <summary>Bytes that it claims say which are missing (version 2).</summary>
    public int LevelBytes { get; init; }
}

/// <summary>Writes a Parquet file of one column byte by byte, so that it may state what no library would.</summary>
public sealed class ParquetBytes
{
    private readonly List<byte> bytes = [];
    private int last;

    /// <summary>A file of one column named <c>c</c>.</summary>
    /// <param name="type">Id of the stored type.</param>
    /// <param name="rows">Rows that it claims.</param>
    /// <param name="pages">The pages.</param>
    /// <param name="optional">Whether values may be missing.</param>
    /// <param name="codec">Id of the codec that it claims.</param>
    /// <param name="chunk">What is added to the true length of the column's bytes.</param>
    /// <param name="after">Bytes between the column and the metadata.</param>
    /// <returns>The file.</returns>
    public static byte[] File(int type, long rows, BytesPage[] pages, bool optional = false, int codec = 0, int chunk = 0, int after = 0)
    {
        using MemoryStream file = new();
        file.Write("PAR1"u8);
        foreach (BytesPage page in pages)
        {
            file.Write(Header(page));
            file.Write(page.Body);
        }

        long length = file.Length - 4;
        file.Write(new byte[after]);
        byte[] metadata = Metadata(type, rows, optional, codec, length + chunk);
        file.Write(metadata);
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, metadata.Length);
        file.Write(size);
        file.Write("PAR1"u8);
        return file.ToArray();
    }

    private static byte[] Header(BytesPage page)
    {
        ParquetBytes w = new();
        w.Integer(1, page.Kind).Integer(2, page.Size ?? page.Body.Length).Integer(3, page.Stored ?? page.Body.Length);
        if (page.Crc is { } crc)
        {
            w.Integer(4, crc);
        }

        switch (page.Kind)
        {
            case 0:
                w.Struct(5, v => v.Integer(1, page.Values).Integer(2, page.Encoding).Integer(3, page.Levels).Integer(4, 3));
                break;
            case 2:
                w.Struct(7, v => v.Integer(1, page.Values).Integer(2, page.Encoding));
                break;
            default:
                w.Struct(8, v => v.Integer(1, page.Values).Integer(2, page.Nulls).Integer(3, page.Values)
                    .Integer(4, page.Encoding).Integer(5, page.LevelBytes).Integer(6, 0));
                break;
        }

        return w.End();
    }

    private static byte[] Metadata(int type, long rows, bool optional, int codec, long length)
    {
        ParquetBytes w = new();
        w.Integer(1, 1).List(2, v => v.Text(4, "root").Integer(5, 1), v =>
        {
            v.Integer(1, type);
            if (type == 7)
            {
                v.Integer(2, 4);
            }

            v.Integer(3, optional ? 1 : 0).Text(4, "c");
        });
        w.Long(3, rows).List(4, g =>
        {
            g.List(1, c => c.Long(2, 4).Struct(3, m => m.Integer(1, type).Integers(2, 0).Texts(3, "c").Integer(4, codec)
                .Long(5, rows).Long(6, length).Long(7, length).Long(9, 4)));
            g.Long(2, length).Long(3, rows);
        });
        return w.End();
    }

    private byte[] End()
    {
        bytes.Add(0);
        return [.. bytes];
    }

    private ParquetBytes Integer(int id, int value) => Field(id, 5).Varint(ZigZag(value));

    private ParquetBytes Long(int id, long value) => Field(id, 6).Varint(ZigZag(value));

    private ParquetBytes Text(int id, string text) => Field(id, 8).Raw(text);

    private ParquetBytes Texts(int id, string text) => Field(id, 9).Varint(0x18).Raw(text);

    private ParquetBytes Integers(int id, int value) => Field(id, 9).Varint(0x15).Varint(ZigZag(value));

    private ParquetBytes Struct(int id, Action<ParquetBytes> fields) => Field(id, 12).Nested(fields);

    private ParquetBytes List(int id, params Action<ParquetBytes>[] items)
    {
        Field(id, 9).bytes.Add((byte)((items.Length << 4) | 12));
        return items.Aggregate(this, (w, item) => w.Nested(item));
    }

    private ParquetBytes Nested(Action<ParquetBytes> fields)
    {
        ParquetBytes inner = new();
        fields(inner);
        bytes.AddRange(inner.End());
        return this;
    }

    private ParquetBytes Raw(string text)
    {
        Varint((ulong)text.Length);
        bytes.AddRange(System.Text.Encoding.ASCII.GetBytes(text));
        return this;
    }

    private ParquetBytes Field(int id, int type)
    {
        bytes.Add((byte)(((id - last) << 4) | type));
        last = id;
        return this;
    }

    private ParquetBytes Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return this;
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
