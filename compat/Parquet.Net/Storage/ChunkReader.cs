using Parquet.Encodings;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Storage;

/// <summary>
/// Reads the pages of one flat column chunk into physical values. Nothing is allocated by a claim: the chunk lies inside the file, pages lie inside the
/// chunk, values lie inside the caller's memory.
/// </summary>
internal sealed class ChunkReader(Stream stream, DataField field, ColumnChunk chunk, long rows)
{
    private readonly SchemaElement element = field.SchemaElement!;
    private readonly ColumnMetaData meta = chunk.MetaData ?? throw new ParquetException($"column '{field.Path}' has no metadata");

    private int? FixedLength => element.Type == Meta.Type.FIXED_LEN_BYTE_ARRAY ? element.TypeLength : null;

    /// <summary>
    /// Reads all values. <paramref name="values"/> gets the ones that are there, side by side; <paramref name="levels"/>, as long as the rows, 1 or 0 a
    /// row, and is left alone in a required column. Answers how many values are there.
    /// </summary>
    public int Read<T>(Span<T> values, Span<int> levels)
    {
        Check();
        if (rows == 0)
        {
            return 0;
        }

        byte[] bytes = LoadChunk();
        T[]? dictionary = null;
        int row = 0, value = 0;
        for (int at = 0; row < rows;)
        {
            if (at >= bytes.Length)
            {
                throw new ParquetException($"column '{field.Path}' ends after {row} of {rows} values");
            }

            PageHeader header = MetaReader.Page(bytes.AsSpan(at), out int headerLength);
            at += headerLength;
            if (header.CompressedSize < 0 || header.CompressedSize > bytes.Length - at || header.UncompressedSize < 0)
            {
                throw new ParquetException($"a page of column '{field.Path}' claims {header.CompressedSize} bytes, {bytes.Length - at} are left");
            }

            ReadOnlySpan<byte> page = bytes.AsSpan(at, header.CompressedSize);
            at += header.CompressedSize;
            if (header.Crc is { } crc && Crc32.Of(page) != unchecked((uint)crc))
            {
                throw new InvalidDataException($"a page of column '{field.Path}' does not match its checksum");
            }

            switch (header.Type)
            {
                case PageType.DICTIONARY_PAGE when dictionary is null:
                    dictionary = Dictionary<T>(header, page);
                    break;
                case PageType.DICTIONARY_PAGE:
                    throw new ParquetException($"column '{field.Path}' has two dictionaries");
                case PageType.INDEX_PAGE:
                    break;
                case PageType.DATA_PAGE or PageType.DATA_PAGE_V2:
                    int count = Count(header, rows - row);
                    value += Data(header, page, dictionary, values[value..], field.IsNullable ? levels.Slice(row, count) : default, count);
                    row += count;
                    break;
                default:
                    throw new NotSupportedException($"can't read page type {(int)header.Type} of column '{field.Path}'");
            }
        }

        return value;
    }

    private void Check()
    {
        if (chunk.IsEncrypted)
        {
            throw new NotSupportedException($"column '{field.Path}' is encrypted");
        }

        if (chunk.FilePath is { Length: > 0 })
        {
            throw new NotSupportedException($"column '{field.Path}' lies in another file");
        }

        if (meta.Type != element.Type)
        {
            throw new ParquetException($"column '{field.Path}' is {element.Type} in the schema and {meta.Type} in its chunk");
        }

        if (meta.Codec is < CompressionMethod.None or > CompressionMethod.Lz4Raw or CompressionMethod.Lzo)
        {
            throw new NotSupportedException($"compression codec {meta.Codec} of column '{field.Path}' is not supported");
        }

        if (meta.NumValues != rows)
        {
            throw new ParquetException($"column '{field.Path}' claims {meta.NumValues} values in a row group of {rows} rows");
        }
    }

    private byte[] LoadChunk()
    {
        long start = meta.DictionaryPageOffset is > 0 and { } first && first < meta.DataPageOffset ? first : meta.DataPageOffset;
        long size = meta.TotalCompressedSize;
        if (start < 4 || size < 0 || size > int.MaxValue || start > stream.Length - 8 || size > stream.Length - 8 - start)
        {
            throw new ParquetException($"column '{field.Path}' claims {size} bytes at {start} of a file of {stream.Length}");
        }

        stream.Seek(start, SeekOrigin.Begin);
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)size);
        stream.ReadExactly(bytes);
        return bytes;
    }

    private int Count(PageHeader header, long left) => header.HasDetails && header.NumValues >= 0 && header.NumValues <= left
        ? header.NumValues
        : throw new ParquetException($"a page of column '{field.Path}' claims {header.NumValues} values, {left} are left");

    private T[] Dictionary<T>(PageHeader header, ReadOnlySpan<byte> page)
    {
        if (!header.HasDetails || header.Encoding is not (Meta.Encoding.PLAIN or Meta.Encoding.PLAIN_DICTIONARY))
        {
            throw new ParquetException($"the dictionary of column '{field.Path}' has encoding {header.Encoding}");
        }

        ReadOnlySpan<byte> body = Codecs.Decompress(meta.Codec, page, header.UncompressedSize);
        long least = element.Type switch
        {
            Meta.Type.INT32 or Meta.Type.FLOAT or Meta.Type.BYTE_ARRAY => 4,
            Meta.Type.INT64 or Meta.Type.DOUBLE => 8,
            Meta.Type.INT96 => 12,
            Meta.Type.FIXED_LEN_BYTE_ARRAY => element.TypeLength!.Value,
            _ => throw new ParquetException($"column '{field.Path}' is boolean and has a dictionary"),
        };
        if (header.NumValues < 0 || header.NumValues * least > body.Length)
        {
            throw new ParquetException($"the dictionary of column '{field.Path}' claims {header.NumValues} values in {body.Length} bytes");
        }

        T[] dictionary = new T[header.NumValues];
        Values.Decode<T>(Meta.Encoding.PLAIN, FixedLength, body, dictionary);
        return dictionary;
    }

    private int Data<T>(PageHeader header, ReadOnlySpan<byte> page, T[]? dictionary, Span<T> values, Span<int> levels, int count)
    {
        ReadOnlySpan<byte> body = header.Type == PageType.DATA_PAGE
            ? LevelsV1(header, Codecs.Decompress(meta.Codec, page, header.UncompressedSize), levels)
            : LevelsV2(header, page, levels);
        int present = field.IsNullable ? levels.Count(1) : count;
        if (header.Type == PageType.DATA_PAGE_V2 && header.NumNulls != count - present)
        {
            throw new ParquetException($"a page of column '{field.Path}' claims {header.NumNulls} nulls and has {count - present}");
        }

        Span<T> target = values[..present];
        if (header.Encoding is not (Meta.Encoding.PLAIN_DICTIONARY or Meta.Encoding.RLE_DICTIONARY))
        {
            // Some writers leave out even the header of an encoding where no value is there.
            if (present > 0)
            {
                Values.Decode(header.Encoding, FixedLength, body, target);
            }

            return present;
        }

        if (dictionary is null)
        {
            throw new ParquetException($"column '{field.Path}' uses a dictionary that it does not have");
        }

        if (present > 0)
        {
            Look(dictionary, body, target);
        }

        return present;
    }

    private void Look<T>(T[] dictionary, ReadOnlySpan<byte> body, Span<T> target)
    {
        if (body.Length == 0)
        {
            throw new ParquetException($"a page of column '{field.Path}' is empty");
        }

        int[] indices = GC.AllocateUninitializedArray<int>(target.Length);
        if (body[0] == 0)
        {
            Array.Clear(indices);
        }
        else
        {
            Rle.Decode(body[1..], body[0], indices);
        }

        for (int i = 0; i < indices.Length; i++)
        {
            int index = indices[i];
            target[i] = (uint)index < (uint)dictionary.Length
                ? dictionary[index]
                : throw new ParquetException($"column '{field.Path}' points at entry {(uint)index} of a dictionary of {dictionary.Length}");
        }
    }

    private ReadOnlySpan<byte> LevelsV1(PageHeader header, ReadOnlySpan<byte> body, Span<int> levels)
    {
        if (!field.IsNullable)
        {
            return body;
        }

        if (header.DefinitionEncoding == Meta.Encoding.BIT_PACKED)
        {
            return body[Rle.DecodeBitPackedLevels(body, levels)..];
        }

        int length = body.Length >= 4 ? BitConverter.ToInt32(body) : -1;
        if (length < 0 || length > body.Length - 4 || header.DefinitionEncoding != Meta.Encoding.RLE)
        {
            throw new ParquetException($"the levels of column '{field.Path}' claim {length} bytes ({header.DefinitionEncoding}), the page has {body.Length}");
        }

        Rle.Decode(body.Slice(4, length), 1, levels);
        return body[(4 + length)..];
    }

    private ReadOnlySpan<byte> LevelsV2(PageHeader header, ReadOnlySpan<byte> page, Span<int> levels)
    {
        int length = header.DefinitionLength;
        if (header.RepetitionLength != 0 || length < 0 || length > page.Length || length > header.UncompressedSize)
        {
            throw new ParquetException($"the levels of column '{field.Path}' claim {header.RepetitionLength} and {length} bytes, the page has {page.Length}");
        }

        if (field.IsNullable)
        {
            Rle.Decode(page[..length], 1, levels);
        }

        return Codecs.Decompress(header.IsCompressed ? meta.Codec : CompressionMethod.None, page[length..], header.UncompressedSize - length);
    }
}
