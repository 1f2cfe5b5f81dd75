using Parquet.Data;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Storage;

/// <summary>Builds the schema's tree from its flat list, without recursion.</summary>
internal static class SchemaReader
{
    private const int MaxDepth = 64;

    public static ParquetSchema Build(IReadOnlyList<SchemaElement> elements, ParquetOptions options)
    {
        if (elements.Count == 0 || elements[0].NumChildren is not { } rootChildren || rootChildren < 0 || elements[0].Type is not null)
        {
            throw new ParquetException("the schema has no root");
        }

        List<Field> top = [];
        Stack<(StructField? Group, int Left)> open = new();
        open.Push((null, rootChildren));
        for (int i = 1; i < elements.Count; i++)
        {
            while (open.TryPeek(out var full) && full.Left == 0)
            {
                open.Pop();
            }

            if (!open.TryPop(out (StructField? Group, int Left) parent))
            {
                throw new ParquetException($"the schema has {elements.Count - i} elements beyond its groups");
            }

            open.Push((parent.Group, parent.Left - 1));
            Field field = Node(elements[i], options);
            field.Path = new FieldPath([.. parent.Group?.Path.ToList() ?? [], elements[i].Name]);
            if (field.Path.Length > MaxDepth)
            {
                throw new ParquetException($"the schema is nested deeper than {MaxDepth}");
            }

            if (parent.Group is null)
            {
                top.Add(field);
            }
            else
            {
                parent.Group.Add(field);
            }

            if (field is StructField group)
            {
                open.Push((group, elements[i].NumChildren!.Value));
            }
        }

        if (open.Any(group => group.Left != 0))
        {
            throw new ParquetException("the schema ends before its groups are full");
        }

        return top.Count == 0 ? throw new ParquetException("the schema has no columns") : new ParquetSchema(top);
    }

    private static Field Node(SchemaElement element, ParquetOptions options)
    {
        FieldRepetitionType repetition = element.RepetitionType ?? FieldRepetitionType.REQUIRED;
        if (repetition is < FieldRepetitionType.REQUIRED or > FieldRepetitionType.REPEATED)
        {
            throw new ParquetException($"column '{element.Name}' has repetition type {(int)repetition}");
        }

        if (element.Type is null)
        {
            if (element.NumChildren is not > 0)
            {
                throw new ParquetException($"column '{element.Name}' has neither a type nor children");
            }

            StructField group = element switch
            {
                { Logical.Kind: LogicalKind.List } or { ConvertedType: ConvertedType.LIST } => new ListField(element.Name),
                { Logical.Kind: LogicalKind.Map } or { ConvertedType: ConvertedType.MAP or ConvertedType.MAP_KEY_VALUE } => new MapField(element.Name),
                _ => new StructField(element.Name, SchemaType.Struct, []),
            };
            group.IsNullable = repetition != FieldRepetitionType.REQUIRED;
            return group;
        }

        if (element.NumChildren is > 0)
        {
            throw new ParquetException($"column '{element.Name}' has both a type and children");
        }

        if (element.Type is < Meta.Type.BOOLEAN or > Meta.Type.FIXED_LEN_BYTE_ARRAY)
        {
            throw new ParquetException($"column '{element.Name}' has the unknown type {(int)element.Type}");
        }

        if (element.Type == Meta.Type.FIXED_LEN_BYTE_ARRAY && element.TypeLength is not > 0)
        {
            throw new ParquetException($"column '{element.Name}' has values of a fixed length that is not given");
        }

        DataField field = Leaf(element, options);
        field.IsNullable = repetition == FieldRepetitionType.OPTIONAL;
        field.IsArray = repetition == FieldRepetitionType.REPEATED;
        field.SchemaElement = element;
        return field;
    }

    private static DataField Leaf(SchemaElement element, ParquetOptions options)
    {
        string name = element.Name;
        LogicalType logical = element.Logical;
        ConvertedType? converted = element.ConvertedType;
        bool isBytes = element.Type is Meta.Type.BYTE_ARRAY or Meta.Type.FIXED_LEN_BYTE_ARRAY;
        if (isBytes && (logical.Kind is LogicalKind.String or LogicalKind.Enum || converted == ConvertedType.UTF8))
        {
            return new DataField(name, typeof(string));
        }

        if (element.Type is Meta.Type.INT32 or Meta.Type.INT64 && IntegerType(element) is { } integer)
        {
            return new DataField(name, integer);
        }

        if (logical.Kind == LogicalKind.Decimal || converted == ConvertedType.DECIMAL)
        {
            (int precision, int scale) = logical.Kind == LogicalKind.Decimal ? (logical.Precision, logical.Scale) : (element.Precision ?? 38, element.Scale ?? 0);
            return precision < 1 || scale < 0 || scale > precision
                ? throw new ParquetException($"column '{name}' is a decimal of precision {precision} and scale {scale}")
                : new DecimalDataField(name, precision, scale, clrType: options.UseBigDecimal ? typeof(BigDecimal) : typeof(decimal));
        }

        return (element.Type, logical.Kind, converted) switch
        {
            (Meta.Type.FIXED_LEN_BYTE_ARRAY, LogicalKind.Float16, _) when element.TypeLength == 2 => new DataField(name, typeof(Half)),
            (Meta.Type.FIXED_LEN_BYTE_ARRAY, LogicalKind.Uuid, _) when element.TypeLength == 16 => new DataField(name, typeof(Guid)),
            (Meta.Type.INT32, LogicalKind.Date, _) or (Meta.Type.INT32, _, ConvertedType.DATE) => new DateTimeDataField(name, DateTimeFormat.Date),
            (Meta.Type.INT32 or Meta.Type.INT64, LogicalKind.Time, _) => Time(name, element.Type == Meta.Type.INT32, logical),
            (Meta.Type.INT32, _, ConvertedType.TIME_MILLIS) => new TimeDataField(name, TimeUnitPrecision.Millis),
            (Meta.Type.INT64, _, ConvertedType.TIME_MICROS) => new TimeDataField(name, TimeUnitPrecision.Micros),
            (Meta.Type.INT64, LogicalKind.Timestamp, _) => new DateTimeDataField(name, DateTimeFormat.Timestamp, logical.IsAdjustedToUtc, logical.Unit),
            (Meta.Type.INT64, _, ConvertedType.TIMESTAMP_MILLIS) => new DateTimeDataField(name, DateTimeFormat.DateAndTime),
            (Meta.Type.INT64, _, ConvertedType.TIMESTAMP_MICROS) => new DateTimeDataField(name, DateTimeFormat.DateAndTimeMicros),
            (Meta.Type.INT96, _, _) => new DateTimeDataField(name, DateTimeFormat.Impala),
            (Meta.Type.BOOLEAN, _, _) => new DataField(name, typeof(bool)),
            (Meta.Type.INT32, _, _) => new DataField(name, typeof(int)),
            (Meta.Type.INT64, _, _) => new DataField(name, typeof(long)),
            (Meta.Type.FLOAT, _, _) => new DataField(name, typeof(float)),
            (Meta.Type.DOUBLE, _, _) => new DataField(name, typeof(double)),
            _ => new DataField(name, options.TreatByteArrayAsString ? typeof(string) : typeof(byte[])),
        };
    }

    private static TimeDataField Time(string name, bool narrow, LogicalType logical) =>
        new(name, narrow ? TimeUnitPrecision.Millis : (TimeUnitPrecision)logical.Unit) { IsAdjustedToUtc = logical.IsAdjustedToUtc };

    private static System.Type? IntegerType(SchemaElement element) => (element.Type, element.Logical, element.ConvertedType) switch
    {
        (Meta.Type.INT32, { Kind: LogicalKind.Integer, BitWidth: 8, IsSigned: true }, _) or (Meta.Type.INT32, _, ConvertedType.INT_8) => typeof(sbyte),
        (Meta.Type.INT32, { Kind: LogicalKind.Integer, BitWidth: 8 }, _) or (Meta.Type.INT32, _, ConvertedType.UINT_8) => typeof(byte),
        (Meta.Type.INT32, { Kind: LogicalKind.Integer, BitWidth: 16, IsSigned: true }, _) or (Meta.Type.INT32, _, ConvertedType.INT_16) => typeof(short),
        (Meta.Type.INT32, { Kind: LogicalKind.Integer, BitWidth: 16 }, _) or (Meta.Type.INT32, _, ConvertedType.UINT_16) => typeof(ushort),
        (Meta.Type.INT32, { Kind: LogicalKind.Integer, BitWidth: 32, IsSigned: false }, _) or (Meta.Type.INT32, _, ConvertedType.UINT_32) => typeof(uint),
        (Meta.Type.INT64, { Kind: LogicalKind.Integer, BitWidth: 64, IsSigned: false }, _) or (Meta.Type.INT64, _, ConvertedType.UINT_64) => typeof(ulong),
        _ => null,
    };
}
