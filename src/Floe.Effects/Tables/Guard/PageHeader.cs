using Parquet.Meta;

namespace Floe.Effects.Tables.Guard;

/// <summary>What stands before a page.</summary>
/// <param name="Kind">Dictionary or values; a page of no known kind is refused by name.</param>
/// <param name="Stored">Bytes of the page in the file.</param>
/// <param name="Size">Bytes of the page when unpacked.</param>
/// <param name="Crc">Checksum of the bytes in the file, where there is one.</param>
internal readonly record struct PageHeader(PageType Kind, int Stored, int Size, int? Crc)
{
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
                case (5, ThriftType.Struct): values = First(ref r); break;
                case (7, ThriftType.Struct): dictionary = First(ref r); break;
                case (8, ThriftType.Struct): second = Second(ref r); break;
                default: Skip(ref r, id, type, known: 6); break;
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
    private static PageHeader First(ref ThriftReader r)
    {
        int values = -1, encoding = -1, levels = -1;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): values = r.I32(); break;
                case (2, ThriftType.I32): encoding = r.I32(); break;
                case (3, ThriftType.I32): levels = r.I32(); break;
                default: Skip(ref r, id, type, known: 5); break;
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
                default: Skip(ref r, id, type, known: 8); break;
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

    // The library loses its place in a field that it does not know unless it is a plain value, and a page that is read from another place is other values.
    private static void Skip(ref ThriftReader r, int id, ThriftType type, int known)
    {
        if (id != known && type is ThriftType.Struct or ThriftType.List or ThriftType.Set or ThriftType.Map or ThriftType.Uuid)
        {
            throw TableFault.Unsupported($"a page with the unknown field {id}", "pages of versions 1 and 2");
        }

        r.Skip(type);
    }
}
