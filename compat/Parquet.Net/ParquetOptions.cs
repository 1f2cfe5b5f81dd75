using System.IO.Compression;
using Parquet.Schema;

namespace Parquet;

/// <summary>How files are written and read.</summary>
public class ParquetOptions
{
    /// <summary>Encodings asked for, by column path.</summary>
    public readonly IDictionary<string, EncodingHint> ColumnEncodingHints = new Dictionary<string, EncodingHint>();

    public CompressionMethod CompressionMethod { get; set; } = CompressionMethod.Snappy;

    public CompressionLevel CompressionLevel { get; set; } = CompressionLevel.Optimal;

    /// <summary>Reads byte arrays without a logical type as strings.</summary>
    public bool TreatByteArrayAsString { get; set; }

    /// <summary>Reads decimals as <see cref="Data.BigDecimal"/>, which holds every precision.</summary>
    public bool UseBigDecimal { get; set; }

    /// <summary>A dictionary is written where distinct values are at most this share of all.</summary>
    public double DictionaryEncodingThreshold { get; set; } = 0.8;

    public bool Append { get; set; }

    public int? RowGroupSize { get; set; }

    internal EncodingHint HintOf(DataField field) => ColumnEncodingHints.TryGetValue(field.Path.ToString(), out EncodingHint hint) ? hint : EncodingHint.Default;
}
