namespace Parquet;

/// <summary>Codecs by the numbers of the format.</summary>
public enum CompressionMethod
{
    None = 0,
    Snappy = 1,
    Gzip = 2,
    Lzo = 3,
    Brotli = 4,
    LZ4 = 5,
    Zstd = 6,
    Lz4Raw = 7,
}

/// <summary>How a column asks to be encoded.</summary>
public enum EncodingHint
{
    Default = 0,
    Dictionary,
    DeltaBinaryPacked,
    ByteSplitStream,
}
