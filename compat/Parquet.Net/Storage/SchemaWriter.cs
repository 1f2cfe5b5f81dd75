using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Storage;

/// <summary>The flat list of a schema of flat columns.</summary>
internal static class SchemaWriter
{
    public static List<SchemaElement> Build(ParquetSchema schema) =>
    [
        new SchemaElement { Name = "root", NumChildren = schema.Fields.Count },
        .. schema.Fields.Select(field => field is DataField { IsArray: false } leaf
            ? Element(leaf)
            : throw new NotSupportedException($"column '{field.Path}' is nested; only flat columns are written")),
    ];

    private static SchemaElement Element(DataField field)
    {
        (Meta.Type type, ConvertedType? converted, LogicalType logical) = Describe(field);
        return new SchemaElement
        {
            Name = field.Name,
            Type = type,
            ConvertedType = converted,
            Logical = logical,
            RepetitionType = field.IsNullable ? FieldRepetitionType.OPTIONAL : FieldRepetitionType.REQUIRED,
        };
    }

    private static (Meta.Type Type, ConvertedType? Converted, LogicalType Logical) Describe(DataField field) => field.ClrType switch
    {
        var t when t == typeof(bool) => (Meta.Type.BOOLEAN, null, default),
        var t when t == typeof(int) => (Meta.Type.INT32, null, default),
        var t when t == typeof(long) => (Meta.Type.INT64, null, default),
        var t when t == typeof(float) => (Meta.Type.FLOAT, null, default),
        var t when t == typeof(double) => (Meta.Type.DOUBLE, null, default),
        var t when t == typeof(ReadOnlyMemory<char>) => (Meta.Type.BYTE_ARRAY, ConvertedType.UTF8, new LogicalType(LogicalKind.String)),
        var t when t == typeof(ReadOnlyMemory<byte>) => (Meta.Type.BYTE_ARRAY, null, default),
        var t when t == typeof(sbyte) => Integer(Meta.Type.INT32, ConvertedType.INT_8, 8, true),
        var t when t == typeof(byte) => Integer(Meta.Type.INT32, ConvertedType.UINT_8, 8, false),
        var t when t == typeof(short) => Integer(Meta.Type.INT32, ConvertedType.INT_16, 16, true),
        var t when t == typeof(ushort) => Integer(Meta.Type.INT32, ConvertedType.UINT_16, 16, false),
        var t when t == typeof(uint) => Integer(Meta.Type.INT32, ConvertedType.UINT_32, 32, false),
        var t when t == typeof(ulong) => Integer(Meta.Type.INT64, ConvertedType.UINT_64, 64, false),
        _ => throw new NotSupportedException($"writing column '{field.Path}' of {field.ClrType} is not supported"),
    };

    private static (Meta.Type Type, ConvertedType? Converted, LogicalType Logical) Integer(Meta.Type type, ConvertedType converted, int width, bool signed) =>
        (type, converted, new LogicalType(LogicalKind.Integer, BitWidth: width, IsSigned: signed));
}
