using Parquet.Meta;

namespace Floe.Effects.Tables.Guard;

/// <summary>What stands before a page.</summary>
/// <param name="Kind">Dictionary or values; a page of no known kind is refused by name.</param>
/// <param name="Stored">Bytes of the page in the file.</param>
/// <param name="Size">Bytes of the page when unpacked.</param>
/// <param name="Crc">Checksum of the bytes in the file, where there is one.</param>
internal readonly record struct PageHeader(PageType Kind, int Stored, int Size, int? Crc)
{
    private const ThriftType Flag = ThriftType.True;

    // The fields of parquet.thrift by their id, from 1.
    private static readonly ThriftType[] Header =
        [.. Enumerable.Repeat(ThriftType.I32, 4), .. Enumerable.Repeat(ThriftType.Struct, 4)];

    private static readonly ThriftType[] FirstFields = [.. Enumerable.Repeat(ThriftType.I32, 4), ThriftType.Struct];
    private static readonly ThriftType[] DictionaryFields = [ThriftType.I32, ThriftType.I32, Flag];
    private static readonly ThriftType[] SecondFields = [.. Enumerable.Repeat(ThriftType.I32, 6), Flag, ThriftType.Struct];
    private static readonly ThriftType[] Statistics =
    [
        ThriftType.Binary, ThriftType.Binary, ThriftType.I64, ThriftType.I64, ThriftType.Binary, ThriftType.Binary, Flag, Flag,
    ];

    /// <summary>Values, with those that are missing.</summary>
    public int Values { get; init; }

    /// <summary>How the values are stored.</summary>
    public Encoding Encoding { get; init; }

    /// <summary>How it is stored which values are missing; of pages of version 1.</summary>
    public Encoding Levels { get; init; }

    /// <summary>Values that are missing; of pages of version 2.</summary>
    public int Nulls { get; init; }

    /// <summary>Bytes that say which values are missing; of pages of version 2.</summary>
    public int LevelBytes { get; init; }

    /// <summary>Bytes that say which values begin a list; of pages of version 2.</summary>
    public int RepetitionBytes { get; init; }

    /// <summary>Rows; of pages of version 2.</summary>
    public int Rows { get; init; }

    /// <summary>Whether the values are packed by the column's codec.</summary>
    public bool IsPacked { get; init; }

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">Bytes from its first on.</param>
    /// <param name="length">Bytes that it takes.</param>
    /// <returns>The header; its sizes are not yet compared with anything.</returns>
    public static PageHeader Read(ReadOnlySpan<byte> bytes, out int length)
    {
        ThriftReader r = new(bytes);
        int? kind = null, size = null, stored = null, crc = null;
        PageHeader? values = null, second = null, dictionary = null;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): kind = r.I32(); break;
                case (2, ThriftType.I32): size = r.I32(); break;
                case (3, ThriftType.I32): stored = r.I32(); break;
                case (4, ThriftType.I32): crc = r.I32(); break;
                case (5, ThriftType.Struct): values = First(ref r, FirstFields); break;
                case (7, ThriftType.Struct): dictionary = First(ref r, DictionaryFields); break;
                case (8, ThriftType.Struct): second = Second(ref r); break;
                default: Other(ref r, id, type, Header, []); break;
            }
        }

        length = r.Position;
        TableFault.Unless(kind is not null, "a page of some kind", "bytes that are no header of a page");
        PageHeader? details = (PageType?)kind switch
        {
            PageType.DATA_PAGE => values,
            PageType.DATA_PAGE_V2 => second,
            PageType.DICTIONARY_PAGE => dictionary,
            _ => throw TableFault.Unsupported($"pages of kind {kind}", "pages of values and of dictionaries"),
        };
        if (size is not >= 0 || stored is not >= 0 || details is not { Values: >= 0 } found)
        {
            throw TableFault.Damaged("a page with its sizes and its number of values", "one without, or with negative ones");
        }

        return found with { Kind = (PageType)kind!, Size = size.Value, Stored = stored.Value, Crc = crc };
    }

    // Pages of values of version 1, and dictionaries, which have the first two fields of them.
    private static PageHeader First(ref ThriftReader r, ThriftType[] fields)
    {
        int values = -1, encoding = -1, levels = -1;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): values = r.I32(); break;
                case (2, ThriftType.I32): encoding = r.I32(); break;
                case (3, ThriftType.I32): levels = r.I32(); break;
                default: Other(ref r, id, type, fields, Statistics); break;
            }
        }

        return new PageHeader { Values = values, Encoding = (Encoding)encoding, Levels = (Encoding)levels, IsPacked = true };
    }

    private static PageHeader Second(ref ThriftReader r)
    {
        int values = -1, nulls = -1, rows = -1, encoding = -1, levels = -1, repetition = -1;
        bool packed = true;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): values = r.I32(); break;
                case (2, ThriftType.I32): nulls = r.I32(); break;
                case (3, ThriftType.I32): rows = r.I32(); break;
                case (4, ThriftType.I32): encoding = r.I32(); break;
                case (5, ThriftType.I32): levels = r.I32(); break;
                case (6, ThriftType.I32): repetition = r.I32(); break;
                case (7, ThriftType.True or ThriftType.False): packed = type == ThriftType.True; break;
                default: Other(ref r, id, type, SecondFields, Statistics); break;
            }
        }

        return new PageHeader
        {
            Values = values,
            Encoding = (Encoding)encoding,
            Levels = Encoding.RLE,
            Nulls = nulls,
            LevelBytes = levels,
            RepetitionBytes = repetition,
            Rows = rows,
            IsPacked = packed,
        };
    }

    // The library takes a field that it knows for what it should be, and loses its place in one that it does not know unless that is a
    // plain value. A page that is read from another place is other values.
    private static void Other(ref ThriftReader r, int id, ThriftType type, ThriftType[] fields, ThriftType[] inner)
    {
        bool known = id > 0 && id <= fields.Length;
        TableFault.Unless(
            !known
                || fields[id - 1] == (
                    type == ThriftType.False ? Flag : type), "a page header of parquet.thrift", "a field of another type");
        if (!known && type is ThriftType.Struct or ThriftType.List or ThriftType.Set or ThriftType.Map or ThriftType.Uuid)
        {
            throw TableFault.Unsupported($"a page with the unknown field {id}", "pages of versions 1 and 2");
        }

        if (type != ThriftType.Struct)
        {
            r.Skip(type);
            return;
        }

        for (int innerId = 0; r.Field(ref innerId, out ThriftType innerType);)
        {
            Other(ref r, innerId, innerType, inner, []);
        }
    }
}
