using Parquet.Meta;
using static LanguageExt.Prelude;
using Type = Parquet.Meta.Type;

namespace Floe.Effects.Tables.Guard;

/// <summary>Reads the metadata at the end of a Parquet file (FileMetaData of parquet.thrift) as far as Floe needs it; unknown fields are
/// gone over.</summary>
internal static class FooterReader
{
    private delegate T Struct<T>(ref ThriftReader reader);

    /// <summary>Reads the metadata.</summary>
    /// <param name="bytes">Its bytes, all of them.</param>
    /// <returns>Schema, row groups, pairs and the number of rows, as they are stored.</returns>
    public static (
        List<SchemaNode> Schema, List<GroupPlace> Groups, List<(string Key, string? Value)> Pairs, long Rows) Read(ReadOnlySpan<byte> bytes)
    {
        ThriftReader r = new(bytes);
        List<SchemaNode>? schema = null;
        List<GroupPlace>? groups = null;
        List<(string, string?)> pairs = [];
        long? rows = null;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (2, ThriftType.List): schema = List(ref r, SchemaReader.Node); break;
                case (3, ThriftType.I64): rows = r.I64(); break;
                case (4, ThriftType.List): groups = List(ref r, Group); break;
                case (5, ThriftType.List): pairs = List(ref r, Pair); break;
                default: r.Skip(type); break;
            }
        }

        TableFault.Unless(r.Position == bytes.Length, "metadata as long as the file says", "metadata that ends before");
        return (Needed(schema, "schema"), Needed(groups, "row_groups"), pairs, Needed(rows, "num_rows"));
    }

    private static T Needed<T>(T? value, string field)
        where T : class => value ?? throw Missing(field);

    private static T Needed<T>(T? value, string field)
        where T : struct => value ?? throw Missing(field);

    private static TableFault Missing(string field) => TableFault.Damaged($"{field} in the metadata", "none");

    private static List<T> List<T>(ref ThriftReader r, Struct<T> read)
    {
        List<T> items = [];
        for (int left = r.List(ThriftType.Struct); left > 0; left--)
        {
            items.Add(read(ref r));
        }

        return items;
    }

    private static (string Key, string? Value) Pair(ref ThriftReader r)
    {
        string? key = null, value = null;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.Binary): key = r.Text(); break;
                case (2, ThriftType.Binary): value = r.Text(); break;
                default: r.Skip(type); break;
            }
        }

        return (Needed(key, "the key of a pair"), value);
    }

    private static GroupPlace Group(ref ThriftReader r)
    {
        List<ChunkPlace>? chunks = null;
        long? rows = null;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.List): chunks = List(ref r, Chunk); break;
                case (3, ThriftType.I64): rows = r.I64(); break;
                default: r.Skip(type); break;
            }
        }

        return new GroupPlace(Needed(rows, "num_rows of a row group"), [.. Needed(chunks, "the columns of a row group")]);
    }

    private static ChunkPlace Chunk(ref ThriftReader r)
    {
        ChunkPlace? place = null;
        bool encrypted = false, elsewhere = false;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.Binary): elsewhere |= r.Binary().Length > 0; break;
                case (3, ThriftType.Struct): place = Column(ref r); break;
                default:
                    encrypted |= id is 8 or 9;
                    r.Skip(type);
                    break;
            }
        }

        return Needed(place, "the place of a column") with { IsEncrypted = encrypted, IsElsewhere = elsewhere };
    }

    private static ChunkPlace Column(ref ThriftReader r)
    {
        int? kind = null, codec = null;
        long? values = null, length = null, data = null;
        long dictionary = 0, index = 0;
        List<string> path = [];
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): kind = r.I32(); break;
                case (3, ThriftType.List):
                    for (int left = r.List(ThriftType.Binary); left > 0; left--)
                    {
                        path.Add(r.Text());
                    }

                    break;
                case (4, ThriftType.I32): codec = r.I32(); break;
                case (5, ThriftType.I64): values = r.I64(); break;
                case (7, ThriftType.I64): length = r.I64(); break;
                case (9, ThriftType.I64): data = r.I64(); break;
                case (10, ThriftType.I64): index = r.I64(); break;
                case (11, ThriftType.I64): dictionary = r.I64(); break;
                default: r.Skip(type); break;
            }
        }

        // Pages begin at the first of the three places; 0 stands for a place that was not given.
        long[] starts = [.. new[] { Needed(data, "data_page_offset"), index, dictionary }.Where(place => place != 0)];
        return new ChunkPlace(
            toArray(path),
            (Type)Needed(kind, "the type of a column's values"),
            (CompressionCodec)Needed(codec, "the codec of a column"),
            Needed(values, "num_values"),
            starts.Length == 0 ? 0 : starts.Min(),
            Needed(length, "total_compressed_size"),
            IsEncrypted: false,
            IsElsewhere: false);
    }
}
