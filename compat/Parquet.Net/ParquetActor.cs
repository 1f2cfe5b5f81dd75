namespace Parquet;

/// <summary>What reader and writer share: the stream.</summary>
public class ParquetActor
{
    internal static ReadOnlySpan<byte> Magic => "PAR1"u8;

    internal static ReadOnlySpan<byte> EncryptedMagic => "PARE"u8;

    internal ParquetActor(Stream stream) => Stream = stream ?? throw new ArgumentNullException(nameof(stream));

    protected Stream Stream { get; }
}
