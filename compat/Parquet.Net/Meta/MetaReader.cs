using Parquet.Schema;

namespace Parquet.Meta;

/// <summary>Reads the structs of the format; a missing required field is an error that names it.</summary>
internal static class MetaReader
{
    public static FileMetaData File(ReadOnlySpan<byte> footer)
    {
        ThriftReader r = new(footer);
        FileMetaData meta = new();
        bool schema = false, rows = false, groups = false;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): meta.Version = r.I32(); break;
                case (2, ThriftType.List): meta.Schema = List(ref r, Element); schema = true; break;
                case (3, ThriftType.I64): meta.NumRows = r.I64(); rows = true; break;
                case (4, ThriftType.List): meta.RowGroups = List(ref r, Group); groups = true; break;
                case (5, ThriftType.List): meta.KeyValueMetadata = List(ref r, Pair); break;
                case (6, ThriftType.Binary): meta.CreatedBy = r.Text(); break;
                default: r.Skip(type); break;
            }
        }

        Require(schema, "schema");
        Require(rows, "num_rows");
        Require(groups, "row_groups");
        if (r.Position != footer.Length)
        {
            throw new ParquetException($"metadata is damaged: the footer claims {footer.Length} bytes, its content ends after {r.Position}");
        }

        return meta;
    }

    /// <summary>Reads a page header from the start of bytes and says how long it is.</summary>
    public static PageHeader Page(ReadOnlySpan<byte> bytes, out int length)
    {
        ThriftReader r = new(bytes);
        int? kind = null, uncompressed = null, compressed = null, crc = null;
        PageHeader details = default;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): kind = r.I32(); break;
                case (2, ThriftType.I32): uncompressed = r.I32(); break;
                case (3, ThriftType.I32): compressed = r.I32(); break;
                case (4, ThriftType.I32): crc = r.I32(); break;
                case (5, ThriftType.Struct): details = DataV1(ref r); break;
                case (7, ThriftType.Struct): details = Dictionary(ref r); break;
                case (8, ThriftType.Struct): details = DataV2(ref r); break;
                default: r.Skip(type); break;
            }
        }

        length = r.Position;
        return kind is null || uncompressed is null || compressed is null
            ? throw new ParquetException("page header is damaged: type or sizes are missing")
            : details with { Type = (PageType)kind.Value, UncompressedSize = uncompressed.Value, CompressedSize = compressed.Value, Crc = crc };
    }

    private delegate T Struct<T>(ref ThriftReader r);

    private static List<T> List<T>(ref ThriftReader r, Struct<T> read)
    {
        int count = r.List(ThriftType.Struct);
        List<T> items = [];
        for (int i = 0; i < count; i++)
        {
            items.Add(read(ref r));
        }

        return items;
    }

    private static void Require(bool found, string field)
    {
        if (!found)
        {
            throw new ParquetException($"metadata is damaged: {field} is missing");
        }
    }

    private static SchemaElement Element(ref ThriftReader r)
    {
        SchemaElement element = new();
        bool name = false;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): element.Type = (Type)r.I32(); break;
                case (2, ThriftType.I32): element.TypeLength = r.I32(); break;
                case (3, ThriftType.I32): element.RepetitionType = (FieldRepetitionType)r.I32(); break;
                case (4, ThriftType.Binary): element.Name = r.Text(); name = true; break;
                case (5, ThriftType.I32): element.NumChildren = r.I32(); break;
                case (6, ThriftType.I32): element.ConvertedType = (ConvertedType)r.I32(); break;
                case (7, ThriftType.I32): element.Scale = r.I32(); break;
                case (8, ThriftType.I32): element.Precision = r.I32(); break;
                case (10, ThriftType.Struct): element.Logical = Logical(ref r); break;
                default: r.Skip(type); break;
            }
        }

        Require(name, "the name of a column");
        return element;
    }

    private static LogicalType Logical(ref ThriftReader r)
    {
        LogicalType logical = default;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            if (type != ThriftType.Struct)
            {
                r.Skip(type);
                continue;
            }

            logical = (LogicalKind)id switch
            {
                LogicalKind.Decimal => DecimalOf(ref r),
                LogicalKind.Time or LogicalKind.Timestamp => TimeOf(ref r, (LogicalKind)id),
                LogicalKind.Integer => IntegerOf(ref r),
                _ => Empty(ref r, (LogicalKind)id),
            };
        }

        return logical;
    }

    private static LogicalType Empty(ref ThriftReader r, LogicalKind kind)
    {
        r.Skip(ThriftType.Struct);
        return new LogicalType(kind);
    }

    private static LogicalType DecimalOf(ref ThriftReader r)
    {
        int scale = 0, precision = 0;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): scale = r.I32(); break;
                case (2, ThriftType.I32): precision = r.I32(); break;
                default: r.Skip(type); break;
            }
        }

        return new LogicalType(LogicalKind.Decimal, Scale: scale, Precision: precision);
    }

    private static LogicalType TimeOf(ref ThriftReader r, LogicalKind kind)
    {
        bool utc = false;
        DateTimeTimeUnit unit = default;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.True or ThriftType.False): utc = type == ThriftType.True; break;
                case (2, ThriftType.Struct):
                    for (int unitId = 0; r.Field(ref unitId, out ThriftType unitType);)
                    {
                        unit = (DateTimeTimeUnit)(unitId - 1);
                        r.Skip(unitType);
                    }

                    break;
                default: r.Skip(type); break;
            }
        }

        return new LogicalType(kind, Unit: unit, IsAdjustedToUtc: utc);
    }

    private static LogicalType IntegerOf(ref ThriftReader r)
    {
        int width = 0;
        bool signed = false;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.Byte): width = r.I8(); break;
                case (2, ThriftType.True or ThriftType.False): signed = type == ThriftType.True; break;
                default: r.Skip(type); break;
            }
        }

        return new LogicalType(LogicalKind.Integer, BitWidth: width, IsSigned: signed);
    }

    private static KeyValue Pair(ref ThriftReader r)
    {
        KeyValue pair = new();
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.Binary): pair.Key = r.Text(); break;
                case (2, ThriftType.Binary): pair.Value = r.Text(); break;
                default: r.Skip(type); break;
            }
        }

        return pair;
    }

    private static RowGroup Group(ref ThriftReader r)
    {
        RowGroup group = new();
        bool columns = false, rows = false;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.List): group.Columns = List(ref r, Chunk); columns = true; break;
                case (2, ThriftType.I64): group.TotalByteSize = r.I64(); break;
                case (3, ThriftType.I64): group.NumRows = r.I64(); rows = true; break;
                case (6, ThriftType.I64): group.TotalCompressedSize = r.I64(); break;
                default: r.Skip(type); break;
            }
        }

        Require(columns, "the columns of a row group");
        Require(rows, "num_rows of a row group");
        return group;
    }

    private static ColumnChunk Chunk(ref ThriftReader r)
    {
        ColumnChunk chunk = new();
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.Binary): chunk.FilePath = r.Text(); break;
                case (2, ThriftType.I64): chunk.FileOffset = r.I64(); break;
                case (3, ThriftType.Struct): chunk.MetaData = Column(ref r); break;
                case (8, ThriftType.Struct): chunk.IsEncrypted = true; r.Skip(type); break;
                case (9, ThriftType.Binary): chunk.IsEncrypted = true; r.Skip(type); break;
                default: r.Skip(type); break;
            }
        }

        return chunk;
    }

    private static ColumnMetaData Column(ref ThriftReader r)
    {
        ColumnMetaData column = new();
        int seen = 0;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            seen |= id is > 0 and < 16 ? 1 << id : 0;
            switch (id, type)
            {
                case (1, ThriftType.I32): column.Type = (Type)r.I32(); break;
                case (2, ThriftType.List):
                    for (int left = r.List(ThriftType.I32); left > 0; left--)
                    {
                        column.Encodings.Add((Encoding)r.I32());
                    }

                    break;
                case (3, ThriftType.List):
                    for (int left = r.List(ThriftType.Binary); left > 0; left--)
                    {
                        column.PathInSchema.Add(r.Text());
                    }

                    break;
                case (4, ThriftType.I32): column.Codec = (CompressionMethod)r.I32(); break;
                case (5, ThriftType.I64): column.NumValues = r.I64(); break;
                case (6, ThriftType.I64): column.TotalUncompressedSize = r.I64(); break;
                case (7, ThriftType.I64): column.TotalCompressedSize = r.I64(); break;
                case (9, ThriftType.I64): column.DataPageOffset = r.I64(); break;
                case (11, ThriftType.I64): column.DictionaryPageOffset = r.I64(); break;
                case (12, ThriftType.Struct): column.Statistics = StatisticsOf(ref r); break;
                default: r.Skip(type); break;
            }
        }

        Require((seen & (1 << 1)) != 0, "the type of a column chunk");
        Require((seen & (1 << 4)) != 0, "the codec of a column chunk");
        Require((seen & (1 << 5)) != 0, "num_values of a column chunk");
        Require((seen & (1 << 7)) != 0, "total_compressed_size of a column chunk");
        Require((seen & (1 << 9)) != 0, "data_page_offset of a column chunk");
        return column;
    }

    private static Statistics StatisticsOf(ref ThriftReader r)
    {
        Statistics statistics = new();
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (3, ThriftType.I64): statistics.NullCount = r.I64(); break;
                case (4, ThriftType.I64): statistics.DistinctCount = r.I64(); break;
                case (5, ThriftType.Binary): statistics.MaxValue = r.Binary().ToArray(); break;
                case (6, ThriftType.Binary): statistics.MinValue = r.Binary().ToArray(); break;
                default: r.Skip(type); break;
            }
        }

        return statistics;
    }

    private static PageHeader DataV1(ref ThriftReader r)
    {
        int values = -1, encoding = -1, definition = -1;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): values = r.I32(); break;
                case (2, ThriftType.I32): encoding = r.I32(); break;
                case (3, ThriftType.I32): definition = r.I32(); break;
                default: r.Skip(type); break;
            }
        }

        return new PageHeader { HasDetails = true, NumValues = values, Encoding = (Encoding)encoding, DefinitionEncoding = (Encoding)definition };
    }

    private static PageHeader Dictionary(ref ThriftReader r)
    {
        int values = -1, encoding = -1;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): values = r.I32(); break;
                case (2, ThriftType.I32): encoding = r.I32(); break;
                default: r.Skip(type); break;
            }
        }

        return new PageHeader { HasDetails = true, NumValues = values, Encoding = (Encoding)encoding };
    }

    private static PageHeader DataV2(ref ThriftReader r)
    {
        int values = -1, nulls = -1, encoding = -1, definition = -1, repetition = -1;
        bool compressed = true;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): values = r.I32(); break;
                case (2, ThriftType.I32): nulls = r.I32(); break;
                case (4, ThriftType.I32): encoding = r.I32(); break;
                case (5, ThriftType.I32): definition = r.I32(); break;
                case (6, ThriftType.I32): repetition = r.I32(); break;
                case (7, ThriftType.True or ThriftType.False): compressed = type == ThriftType.True; break;
                default: r.Skip(type); break;
            }
        }

        return new PageHeader
        {
            HasDetails = true,
            NumValues = values,
            NumNulls = nulls,
            Encoding = (Encoding)encoding,
            DefinitionLength = definition,
            RepetitionLength = repetition,
            IsCompressed = compressed,
        };
    }
}
