using System.Buffers;
using System.Buffers.Binary;
using Parquet.Meta;

namespace Floe.Effects.Tables.Guard;

/// <summary>
/// Goes over the pages of one column in one row group before the library reads them: every size, every number of values and every index
/// that they state is compared with what it may be, and what the library does not read as it is meant is refused by name. The library
/// itself checks little of this: where a page is shorter than it says, it answers what was in memory before.
/// </summary>
internal static class ColumnGuard
{
    /// <summary>Reads the bytes of a chunk and checks its pages.</summary>
    /// <param name="file">The file.</param>
    /// <param name="leaf">The column, a flat one.</param>
    /// <param name="chunk">Where its values lie, checked against the file's length.</param>
    /// <returns>The chunk's bytes.</returns>
    public static byte[] Read(Stream file, Leaf leaf, ChunkPlace chunk)
    {
        if (chunk.IsEncrypted || chunk.IsElsewhere)
        {
            throw TableFault.Unsupported(
                chunk.IsEncrypted ? "an encrypted column" : "a column whose values lie in another file", "whole files without encryption");
        }

        Codecs.Refuse(chunk.Codec);
        if (chunk.Length > Array.MaxLength)
        {
            throw TableFault.Unsupported($"a column of {chunk.Length} bytes in one row group", $"at most {Array.MaxLength}");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)chunk.Length);
        file.Seek(chunk.Start, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        Pages(leaf, chunk, bytes);
        return bytes;
    }

    private static void Pages(Leaf leaf, ChunkPlace chunk, ReadOnlySpan<byte> bytes)
    {
        long values = 0;
        int dictionary = -1;
        while (!bytes.IsEmpty)
        {
            PageHeader header = PageHeader.Read(bytes, out int length);
            bytes = bytes[length..];
            if (header.Stored > bytes.Length)
            {
                throw TableFault.Damaged("pages within their column", $"a page of {header.Stored} bytes where {bytes.Length} are left");
            }

            ReadOnlySpan<byte> page = bytes[..header.Stored];
            bytes = bytes[header.Stored..];
            TableFault.Unless(
                header.Crc is not { } crc || Crc32.Of(page) == unchecked((uint)crc), "a page with the checksum that it states", "another");
            if (header.Kind == PageType.DICTIONARY_PAGE)
            {
                TableFault.Unless(dictionary < 0 && values == 0, "at most one dictionary, before the values", "another");
                dictionary = Unpacked(chunk.Codec, header, page, body => Dictionary(leaf, header, body));
                continue;
            }

            values += header.Values;
            TableFault.Unless(values <= chunk.Values, "as many values as the column has", "more");
            if (header.Kind == PageType.DATA_PAGE)
            {
                Unpacked(chunk.Codec, header, page, body => First(leaf, header, body, dictionary));
            }
            else
            {
                Second(leaf, header, chunk.Codec, page, dictionary);
            }
        }

        if (values != chunk.Values)
        {
            throw TableFault.Damaged($"{chunk.Values} values", $"{values}");
        }
    }

    private static T Unpacked<T>(CompressionCodec codec, PageHeader header, ReadOnlySpan<byte> page, Func<ReadOnlySpan<byte>, T> check)
    {
        Codecs.Plausible(header);
        if (codec == CompressionCodec.UNCOMPRESSED && page.Length == header.Size)
        {
            return check(page);
        }

        byte[] body = ArrayPool<byte>.Shared.Rent(header.Size);
        try
        {
            Codecs.Unpack(codec, page, body.AsSpan(0, header.Size));
            return check(body.AsSpan(0, header.Size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private static int Dictionary(Leaf leaf, PageHeader header, ReadOnlySpan<byte> body)
    {
        if (header.Encoding is not (Encoding.PLAIN or Encoding.PLAIN_DICTIONARY) || leaf.Type == Parquet.Meta.Type.BOOLEAN)
        {
            throw TableFault.Unsupported(
                $"a dictionary of {leaf.Type} with the encoding {header.Encoding}", "dictionaries of numbers and texts with PLAIN");
        }

        ValueCheck.Plain(leaf, body, header.Values);
        return header.Values;
    }

    private static int First(Leaf leaf, PageHeader header, ReadOnlySpan<byte> body, int dictionary)
    {
        int present = header.Values;
        if (leaf.IsNullable)
        {
            if (header.Levels != Encoding.RLE)
            {
                throw TableFault.Unsupported($"the encoding {header.Levels} of which values are missing", "RLE");
            }

            int length = body.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(body) : -1;
            TableFault.Unless(length >= 0 && length <= body.Length - 4, "which values are missing, within the page", "bytes beyond it");
            present = Runs.Check(body.Slice(4, length), 1, header.Values, 2);
            body = body[(4 + length)..];
        }

        return Values(leaf, header, body, present, dictionary);
    }

    private static void Second(Leaf leaf, PageHeader header, CompressionCodec codec, ReadOnlySpan<byte> page, int dictionary)
    {
        int levels = header.LevelBytes;
        TableFault.Unless(header.RepetitionBytes == 0 && header.Rows == header.Values, "a value a row", "lists of values");
        TableFault.Unless(
            levels >= 0 && levels <= page.Length && levels <= header.Size && (leaf.IsNullable || levels == 0),
            "which values are missing, within the page",
            "bytes beyond it");
        int present = leaf.IsNullable ? Runs.Check(page[..levels], 1, header.Values, 2) : header.Values;
        TableFault.Unless(header.Nulls == header.Values - present, "as many missing values as the page says", "another number");
        Unpacked(
            header.IsPacked ? codec : CompressionCodec.UNCOMPRESSED,
            header with { Size = header.Size - levels },
            page[levels..],
            body => Values(leaf, header, body, present, dictionary));
    }

    // Some writers leave out even the header of an encoding where no value is there.
    private static int Values(Leaf leaf, PageHeader header, ReadOnlySpan<byte> body, int present, int dictionary)
    {
        if (present > 0)
        {
            ValueCheck.Check(leaf, header.Encoding, body, present, dictionary);
        }

        return present;
    }
}
