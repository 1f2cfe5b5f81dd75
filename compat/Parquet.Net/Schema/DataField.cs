using System.Numerics;
using Parquet.Data;

namespace Parquet.Schema;

/// <summary>A column.</summary>
public class DataField : Field
{
    private static readonly HashSet<Type> Supported =
    [
        typeof(bool), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(Half), typeof(decimal), typeof(BigDecimal), typeof(BigInteger), typeof(DateTime), typeof(DateOnly),
        typeof(Guid), typeof(ReadOnlyMemory<byte>), typeof(ReadOnlyMemory<char>),
    ];

    public DataField(string name, Type clrType, bool? isNullable = null, bool? isArray = null, string? propertyName = null)
        : base(name, SchemaType.Data)
    {
        ArgumentNullException.ThrowIfNull(clrType);
        Type bare = Nullable.GetUnderlyingType(clrType) ?? clrType;
        ClrType = bare == typeof(string) ? typeof(ReadOnlyMemory<char>) : bare == typeof(byte[]) ? typeof(ReadOnlyMemory<byte>) : bare;
        if (!Supported.Contains(ClrType))
        {
            throw new NotSupportedException($"type {clrType} is not supported");
        }

        IsNullable = isNullable ?? bare != clrType;
        IsArray = isArray ?? false;
    }

    /// <summary>The type that holds a value: strings are <see cref="ReadOnlyMemory{Char}"/>, byte arrays <see cref="ReadOnlyMemory{Byte}"/>.</summary>
    public Type ClrType { get; }

    public bool IsArray { get; internal set; }

    /// <summary>The column's description in the file it was read from.</summary>
    public Meta.SchemaElement? SchemaElement { get; internal set; }

    internal bool IsAttached { get; set; }

    internal bool IsNested => MaxRepetitionLevel > 0 || IsArray || Path.Length > 1;

    public override string ToString() => $"{Path} ({ClrType}{(IsNullable ? "?" : string.Empty)}{(IsArray ? "[]" : string.Empty)})";

    public override bool Equals(object? obj) =>
        obj is DataField other && base.Equals(other) && ClrType == other.ClrType && IsNullable == other.IsNullable && IsArray == other.IsArray;

    public override int GetHashCode() => base.GetHashCode();

    internal void Attach(string argument)
    {
        if (!IsAttached)
        {
            throw new ArgumentException($"Field [{this}] is not attached to any schema. You need to construct a schema passing in this field first.", argument);
        }
    }
}

public class DataField<T> : DataField
{
    public DataField(string name, bool? nullable = null)
        : base(name, typeof(T), nullable)
    {
    }
}
