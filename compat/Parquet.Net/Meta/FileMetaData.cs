using Parquet.Schema;

namespace Parquet.Meta;

/// <summary>The footer of a file.</summary>
public class FileMetaData
{
    public int Version { get; set; } = 1;

    public List<SchemaElement> Schema { get; set; } = [];

    public long NumRows { get; set; }

    public List<RowGroup> RowGroups { get; set; } = [];

    public List<KeyValue>? KeyValueMetadata { get; set; }

    public string? CreatedBy { get; set; }
}

public class KeyValue
{
    public string Key { get; set; } = string.Empty;

    public string? Value { get; set; }
}

public class SchemaElement
{
    public Type? Type { get; set; }

    public int? TypeLength { get; set; }

    public FieldRepetitionType? RepetitionType { get; set; }

    public string Name { get; set; } = string.Empty;

    public int? NumChildren { get; set; }

    public ConvertedType? ConvertedType { get; set; }

    public int? Scale { get; set; }

    public int? Precision { get; set; }

    internal LogicalType Logical { get; set; }
}

/// <summary>What a physical value means; fields that the kind does not use are zero.</summary>
internal readonly record struct LogicalType(
    LogicalKind Kind, int Scale = 0, int Precision = 0, DateTimeTimeUnit Unit = default, bool IsAdjustedToUtc = false, int BitWidth = 0, bool IsSigned = false);

public class RowGroup
{
    public List<ColumnChunk> Columns { get; set; } = [];

    public long TotalByteSize { get; set; }

    public long NumRows { get; set; }

    public long? TotalCompressedSize { get; set; }
}

public class ColumnChunk
{
    public string? FilePath { get; set; }

    public long FileOffset { get; set; }

    public ColumnMetaData? MetaData { get; set; }

    internal bool IsEncrypted { get; set; }
}

public class ColumnMetaData
{
    public Type Type { get; set; }

    public List<Encoding> Encodings { get; set; } = [];

    public List<string> PathInSchema { get; set; } = [];

    public CompressionMethod Codec { get; set; }

    public long NumValues { get; set; }

    public long TotalUncompressedSize { get; set; }

    public long TotalCompressedSize { get; set; }

    public long DataPageOffset { get; set; }

    public long? DictionaryPageOffset { get; set; }

    public Statistics? Statistics { get; set; }
}

public class Statistics
{
    public long? NullCount { get; set; }

    public long? DistinctCount { get; set; }

    public byte[]? MinValue { get; set; }

    public byte[]? MaxValue { get; set; }
}

/// <summary>The header of a page: what its bytes are.</summary>
internal readonly record struct PageHeader(PageType Type, int UncompressedSize, int CompressedSize, int? Crc)
{
    public int NumValues { get; init; }

    public Encoding Encoding { get; init; }

    public Encoding DefinitionEncoding { get; init; }

    public bool HasDetails { get; init; }

    // Version 2 only.
    public int NumNulls { get; init; }

    public int DefinitionLength { get; init; }

    public int RepetitionLength { get; init; }

    public bool IsCompressed { get; init; }
}
