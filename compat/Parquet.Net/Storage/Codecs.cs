using System.IO.Compression;
using Parquet.Encodings;

namespace Parquet.Storage;

/// <summary>Decompression into exactly the claimed size, and compression. A claim is believed only as far as the codec can reach it.</summary>
internal static class Codecs
{
    // One constant page of a large column compresses without limit; this much is granted to any page, more only in proportion.
    private const int FreeExpansion = 64 << 20;
    private const int MaxRatio = 1100;

    /// <summary>Decompresses a page's bytes.</summary>
    public static ReadOnlySpan<byte> Decompress(CompressionMethod codec, ReadOnlySpan<byte> source, int size)
    {
        if (codec == CompressionMethod.None)
        {
            return source.Length == size ? source : throw new InvalidDataException($"a page without compression claims {size} bytes and has {source.Length}");
        }

        // Levels of nulls only: nothing was compressed.
        if (size == 0 && source.Length == 0)
        {
            return [];
        }

        Plausible(codec, source, size);
        if (codec is CompressionMethod.Gzip or CompressionMethod.Brotli)
        {
            return Stream(codec, source, size);
        }

        byte[] target = GC.AllocateUninitializedArray<byte>(size);
        switch (codec)
        {
            case CompressionMethod.Snappy:
                Snappy.Decompress(source, target);
                break;
            case CompressionMethod.Lz4Raw:
                Lz4.Decompress(source, target);
                break;
            case CompressionMethod.LZ4:
                Lz4.DecompressHadoop(source, target);
                break;
            default:
                Zstandard.Decompress(source, target);
                break;
        }

        return target;
    }

    /// <summary>Compresses a page.</summary>
    public static ReadOnlyMemory<byte> Compress(CompressionMethod codec, CompressionLevel level, ByteBuffer page)
    {
        switch (codec)
        {
            case CompressionMethod.None:
                return page.Memory;
            case CompressionMethod.Snappy:
                ByteBuffer target = new((page.Length / 2) + 64);
                Snappy.Compress(page.Span, target);
                return target.Memory;
            case CompressionMethod.Gzip or CompressionMethod.Brotli:
                using (MemoryStream stream = new())
                {
                    using (System.IO.Stream packer = codec == CompressionMethod.Gzip ? new GZipStream(stream, level, leaveOpen: true) : new BrotliStream(stream, level, leaveOpen: true))
                    {
                        packer.Write(page.Span);
                    }

                    return stream.ToArray();
                }

            default:
                throw new NotSupportedException($"compression codec {codec} cannot be written here");
        }
    }

    private static void Plausible(CompressionMethod codec, ReadOnlySpan<byte> source, int size)
    {
        bool can = codec switch
        {
            CompressionMethod.Snappy => Snappy.CanHold(source.Length, size),
            CompressionMethod.Lz4Raw or CompressionMethod.LZ4 => Lz4.CanHold(source.Length, size),
            CompressionMethod.Gzip or CompressionMethod.Brotli => size <= FreeExpansion + ((long)source.Length * MaxRatio),
            CompressionMethod.Zstd => size <= FreeExpansion + ((long)source.Length * MaxRatio) && Zstandard.CanHold(source, size),
            _ => throw new NotSupportedException($"compression codec {codec} is not supported"),
        };
        if (!can)
        {
            throw new InvalidDataException($"a page of {source.Length} bytes claims to hold {size} ({codec})");
        }
    }

    // Grows with what really comes out, whatever was claimed.
    private static ReadOnlySpan<byte> Stream(CompressionMethod codec, ReadOnlySpan<byte> source, int size)
    {
        using MemoryStream packed = new(source.ToArray());
        using System.IO.Stream stream = codec == CompressionMethod.Gzip
            ? new GZipStream(packed, CompressionMode.Decompress)
            : new BrotliStream(packed, CompressionMode.Decompress);
        byte[] target = new byte[Math.Min((long)size + 1, Math.Max(256, source.Length * 4L))];
        int done = 0;
        for (int read; (read = stream.Read(target, done, target.Length - done)) > 0;)
        {
            done += read;
            if (done == target.Length && done <= size)
            {
                Array.Resize(ref target, (int)Math.Min((long)size + 1, target.Length * 2L));
            }
        }

        return done == size ? target.AsSpan(0, size) : throw new InvalidDataException($"a page claims {size} bytes and holds {(done > size ? "more" : done)} ({codec})");
    }
}
