using Floe.Effects.Tables.Guard;
using Type = Parquet.Meta.Type;

namespace Floe.Effects.Tables;

/// <summary>Reads one flat column of some row groups into an array of its own type.</summary>
internal static class ColumnReader
{
    /// <summary>The .NET type of a column's values, by its name in C#.</summary>
    /// <param name="leaf">The column.</param>
    /// <returns>The name.</returns>
    public static string TypeOf(Leaf leaf) => (leaf.Type, leaf.Annotation) switch
    {
        (_, { Meaning: Meaning.Decimal }) => "Decimal",
        (Type.BOOLEAN, _) => "Boolean",
        (Type.FLOAT, _) => "Single",
        (Type.DOUBLE, _) => "Double",
        (Type.INT96, _) or (Type.INT32, { Meaning: Meaning.Date }) or (Type.INT64, { Meaning: Meaning.Timestamp }) => "DateTime",
        (Type.INT32, { Meaning: Meaning.Signed, Size: 8 }) => "SByte",
        (Type.INT32, { Meaning: Meaning.Signed, Size: 16 }) => "Int16",
        (Type.INT32, { Meaning: Meaning.Unsigned, Size: 8 }) => "Byte",
        (Type.INT32, { Meaning: Meaning.Unsigned, Size: 16 }) => "UInt16",
        (Type.INT32, { Meaning: Meaning.Unsigned }) => "UInt32",
        (Type.INT64, { Meaning: Meaning.Unsigned }) => "UInt64",
        (Type.INT32, _) => "Int32",
        (Type.INT64, _) => "Int64",
        (_, { Meaning: Meaning.Text }) => "String",
        (Type.FIXED_LEN_BYTE_ARRAY, { Meaning: Meaning.Half }) when leaf.Length == 2 => "Half",
        (Type.FIXED_LEN_BYTE_ARRAY, { Meaning: Meaning.Guid }) when leaf.Length == 16 => "Guid",
        _ => "Byte[]",
    };

    /// <summary>Reads a column.</summary>
    /// <param name="from">Goes over the pages of a row group and reads its stored values.</param>
    /// <returns>The values.</returns>
    public static ColumnValues Read(ChunkSource from) => (TypeOf(from.Leaf), from.Leaf.Type) switch
    {
        ("Double", _) => Same<double>(from),
        ("Int32", _) => Same<int>(from),
        ("Int64", _) => Same<long>(from),
        ("Single", _) => Same<float>(from),
        ("Boolean", _) => Same<bool>(from),
        ("String", _) => Values(from, StoredValues.Texts()),
        ("SByte", _) => Values<int, sbyte>(from, v => checked((sbyte)v)),
        ("Int16", _) => Values<int, short>(from, v => checked((short)v)),
        ("Byte", _) => Values<int, byte>(from, v => checked((byte)v)),
        ("UInt16", _) => Values<int, ushort>(from, v => checked((ushort)v)),
        ("UInt32", _) => Values<int, uint>(from, v => unchecked((uint)v)),
        ("UInt64", _) => Values<long, ulong>(from, v => unchecked((ulong)v)),
        ("Decimal", Type.INT32) => Values<int, decimal>(from, v => StoredValues.Decimal(v, from.Leaf.Annotation.Size)),
        ("Decimal", Type.INT64) => Values<long, decimal>(from, v => StoredValues.Decimal(v, from.Leaf.Annotation.Size)),
        ("Decimal", Type.BYTE_ARRAY or Type.FIXED_LEN_BYTE_ARRAY) =>
            Values<ReadOnlyMemory<byte>, decimal>(from, v => StoredValues.Decimal(StoredValues.Integer(v), from.Leaf.Annotation.Size)),
        ("DateTime", Type.INT32) =>
            Values<int, DateTime>(from, v => StoredValues.Time(v, TimeSpan.TicksPerDay * TimeSpan.NanosecondsPerTick)),
        ("DateTime", Type.INT64) => Values<long, DateTime>(from, v => StoredValues.Time(v, from.Leaf.Annotation.Size)),
        ("DateTime", _) => Same<DateTime>(from),
        ("Half", _) => Values<ReadOnlyMemory<byte>, Half>(from, StoredValues.Half),
        ("Guid", _) => Values<ReadOnlyMemory<byte>, Guid>(from, StoredValues.Uuid),
        ("Byte[]", _) => Values<ReadOnlyMemory<byte>, byte[]>(from, v => v.ToArray()),
        _ => throw TableFault.Damaged("decimals stored as integers or bytes", $"decimals stored as {from.Leaf.Type}"),
    };

    private static ColumnValues Same<T>(ChunkSource from)
        where T : struct => Each<T>(from, (group, values, levels) => from.Read(group, values, levels));

    private static ColumnValues Values<TStored, T>(ChunkSource from, Func<TStored, T> convert)
        where TStored : struct => Each<T>(from, (group, values, levels) =>
        {
            TStored[] stored = new TStored[values.Length];
            from.Read(group, stored.AsMemory(), levels);
            int there = levels?.Count(level => level == 1) ?? stored.Length;
            Span<T> target = values.Span;
            for (int i = 0; i < there; i++)
            {
                target[i] = convert(stored[i]);
            }
        });

    private static ColumnValues Each<T>(ChunkSource from, Action<int, Memory<T>, int[]?> read)
    {
        T[] values = new T[from.Rows];
        bool[]? present = null;
        int start = 0;
        foreach ((int group, int rows) in from.Groups)
        {
            int[]? levels = from.Leaf.IsNullable ? new int[rows] : null;
            read(group, values.AsMemory(start, rows), levels);
            if (levels is not null && System.Array.IndexOf(levels, 0) >= 0)
            {
                if (present is null)
                {
                    present = new bool[values.Length];
                    System.Array.Fill(present, true);
                }

                Spread(values.AsSpan(start, rows), levels, present.AsSpan(start, rows));
            }

            start += rows;
        }

        return new ColumnValues(from.Leaf.Path[0], values, present);
    }

    // From the values that are there, one after the other, to one a row, in place from the end.
    private static void Spread<T>(Span<T> values, ReadOnlySpan<int> levels, Span<bool> present)
    {
        int next = levels.Count(1);
        for (int row = levels.Length - 1; row >= 0; row--)
        {
            present[row] = levels[row] == 1;
            values[row] = present[row] ? values[--next] : default!;
        }
    }
}
