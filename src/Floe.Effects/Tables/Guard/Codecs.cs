using System.Buffers;
using System.IO.Compression;
using K4os.Compression.LZ4;
using Parquet.Meta;
using Snappier;
using ZstdSharp;

namespace Floe.Effects.Tables.Guard;

/// <summary>Unpacks a page into exactly as many bytes as it says, with the codecs that the library unpacks it with: a closed
/// list.</summary>
internal static class Codecs
{
    // One constant page of a large column packs without limit; this much is granted to any page, more only in proportion.
    private const int FreeSize = 16 << 20;
    private const int MostRatio = 1100;

    /// <summary>Refuses by name what is not in the list.</summary>
    /// <param name="codec">The codec that a column states.</param>
    public static void Refuse(CompressionCodec codec)
    {
        if (codec is < CompressionCodec.UNCOMPRESSED or > CompressionCodec.LZ4_RAW or CompressionCodec.LZO)
        {
            throw TableFault.Unsupported($"the compression codec {codec}", "no compression, Snappy, Gzip, Brotli, LZ4 and Zstandard");
        }
    }

    /// <summary>Unpacks a page.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="packed">The page as it is stored.</param>
    /// <param name="target">As many bytes as it says it holds.</param>
    public static void Unpack(CompressionCodec codec, ReadOnlySpan<byte> packed, Span<byte> target)
    {
        // Values that are all missing: nothing was packed.
        if (packed.IsEmpty && target.IsEmpty)
        {
            return;
        }

        int done;
        try
        {
            done = codec switch
            {
                CompressionCodec.UNCOMPRESSED => packed.Length == target.Length && packed.TryCopyTo(target) ? target.Length : -1,
                CompressionCodec.SNAPPY => Snappy.GetUncompressedLength(packed) == target.Length ? Snappy.Decompress(packed, target) : -1,
                CompressionCodec.ZSTD => Zstandard(packed, target),
                CompressionCodec.LZ4_RAW or CompressionCodec.LZ4 => LZ4Codec.Decode(packed, target),
                CompressionCodec.GZIP => Gzip(packed, target),
                _ => BrotliDecoder.TryDecompress(packed, target, out int unpacked) ? unpacked : -1,
            };
        }
        catch (Exception damage) when (damage is InvalidDataException or InvalidOperationException or ArgumentException or ZstdException)
        {
            done = -1;
        }

        if (done != target.Length)
        {
            throw codec == CompressionCodec.LZ4
                ? TableFault.Unsupported(
                    "LZ4 in the framing of Hadoop, or a damaged LZ4 page",
                        "LZ4_RAW, and no compression, Snappy, Gzip, Brotli and Zstandard")
                : TableFault.Damaged($"a page of {target.Length} bytes packed with {codec}", "a page that does not unpack to so many");
        }
    }

    /// <summary>Whether so few bytes may hold so many, before memory is set aside for them.</summary>
    /// <param name="header">The header of the page.</param>
    public static void Plausible(PageHeader header)
    {
        if (header.Size > FreeSize + ((long)header.Stored * MostRatio))
        {
            throw TableFault.Damaged("a page of a plausible size", $"{header.Stored} bytes that claim to hold {header.Size}");
        }
    }

    private static int Zstandard(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        using Decompressor decompressor = new();
        return Decompressor.GetDecompressedSize(packed) == (ulong)target.Length ? decompressor.Unwrap(packed, target) : -1;
    }

    private static int Gzip(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(packed.Length);
        try
        {
            packed.CopyTo(bytes);
            using MemoryStream stream = new(bytes, 0, packed.Length);
            using GZipStream unpacked = new(stream, CompressionMode.Decompress);
            int done = unpacked.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            return unpacked.ReadByte() < 0 ? done : -1;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
