using Parquet.Meta;
using Type = Parquet.Meta.Type;

namespace Floe.Effects.Tables.Guard;

/// <summary>Reads one element of the schema: name, type, repetition, and what its values mean (LogicalType, or ConvertedType of older
/// writers).</summary>
internal static class SchemaReader
{
    /// <summary>The kinds of groups that are not plain: <c>Size</c> of an annotation without meaning.</summary>
    public const int ListGroup = 1;

    /// <inheritdoc cref="ListGroup"/>
    public const int MapGroup = 2;

    /// <summary>Reads an element.</summary>
    /// <param name="r">The metadata, at its first field.</param>
    /// <returns>The element.</returns>
    public static SchemaNode Node(ref ThriftReader r)
    {
        int? kind = null, repetition = null, converted = null;
        int length = 0, children = 0, scale = 0;
        string? name = null;
        Annotation? logical = null;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): kind = r.I32(); break;
                case (2, ThriftType.I32): length = r.I32(); break;
                case (3, ThriftType.I32): repetition = r.I32(); break;
                case (4, ThriftType.Binary): name = r.Text(); break;
                case (5, ThriftType.I32): children = r.I32(); break;
                case (6, ThriftType.I32): converted = r.I32(); break;
                case (7, ThriftType.I32): scale = r.I32(); break;
                case (10, ThriftType.Struct): logical = Logical(ref r); break;
                default: r.Skip(type); break;
            }
        }

        TableFault.Unless(name is not null, "a name for each column", "none");
        TableFault.Unless(kind is null or >= 0 and <= (int)Type.FIXED_LEN_BYTE_ARRAY, "a column of a known type", "an unknown type");
        TableFault.Unless(
            repetition is null or >= 0 and <= (int)FieldRepetitionType.REPEATED, "a column of a known repetition", "an unknown repetition");
        Annotation annotation = logical is { } said ? said : Converted((ConvertedType?)converted, scale);
        return new SchemaNode(name!, (Type?)kind, length, (FieldRepetitionType)(repetition ?? 0), children, annotation);
    }

    // The fields of the union LogicalType. What is not listed says nothing of a value's bytes.
    private static Annotation? Logical(ref ThriftReader r)
    {
        Annotation? logical = null;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            if (type != ThriftType.Struct)
            {
                r.Skip(type);
                continue;
            }

            (int first, bool flag, int unit) = Inner(ref r);
            logical = id switch
            {
                1 or 4 => new Annotation(Meaning.Text),
                2 => new Annotation(Meaning.None, MapGroup),
                3 => new Annotation(Meaning.None, ListGroup),
                5 => new Annotation(Meaning.Decimal, first),
                6 => new Annotation(Meaning.Date),
                7 => new Annotation(Meaning.Time),
                8 => new Annotation(Meaning.Timestamp, Nanoseconds(unit)),
                10 => new Annotation(flag ? Meaning.Signed : Meaning.Unsigned, first),
                14 => new Annotation(Meaning.Guid),
                15 => new Annotation(Meaning.Half),
                _ => default,
            };
        }

        return logical;
    }

    // Scale of a decimal or bits of an integer; the flag of an integer; the unit of a time: all that the structs of the union hold.
    private static (int First, bool Flag, int Unit) Inner(ref ThriftReader r)
    {
        int first = 0, unit = 0;
        bool flag = false;
        for (int id = 0; r.Field(ref id, out ThriftType type);)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32): first = r.I32(); break;
                case (1, ThriftType.Byte): first = r.I8(); break;
                case (2, ThriftType.True): flag = true; break;
                case (2, ThriftType.Struct):
                    for (int unitId = 0; r.Field(ref unitId, out ThriftType unitType);)
                    {
                        unit = unitId;
                        r.Skip(unitType);
                    }

                    break;
                default: r.Skip(type); break;
            }
        }

        return (first, flag, unit);
    }

    private static long Nanoseconds(int unit) => unit switch
    {
        1 => 1_000_000,
        2 => 1000,
        3 => 1,
        _ => throw TableFault.Damaged("a time in milli-, micro- or nanoseconds", "another unit"),
    };

    private static Annotation Converted(ConvertedType? converted, int scale) => converted switch
    {
        ConvertedType.UTF8 or ConvertedType.ENUM => new(Meaning.Text),
        ConvertedType.MAP or ConvertedType.MAP_KEY_VALUE => new(Meaning.None, MapGroup),
        ConvertedType.LIST => new(Meaning.None, ListGroup),
        ConvertedType.DECIMAL => new(Meaning.Decimal, scale),
        ConvertedType.DATE => new(Meaning.Date),
        ConvertedType.TIME_MILLIS or ConvertedType.TIME_MICROS => new(Meaning.Time),
        ConvertedType.TIMESTAMP_MILLIS => new(Meaning.Timestamp, 1_000_000),
        ConvertedType.TIMESTAMP_MICROS => new(Meaning.Timestamp, 1000),
        ConvertedType.UINT_8 => new(Meaning.Unsigned, 8),
        ConvertedType.UINT_16 => new(Meaning.Unsigned, 16),
        ConvertedType.UINT_32 => new(Meaning.Unsigned, 32),
        ConvertedType.UINT_64 => new(Meaning.Unsigned, 64),
        ConvertedType.INT_8 => new(Meaning.Signed, 8),
        ConvertedType.INT_16 => new(Meaning.Signed, 16),
        _ => default,
    };
}
