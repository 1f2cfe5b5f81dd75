using Parquet.Data;
using Parquet.Meta;
using Parquet.Schema;
using Parquet.Storage;

namespace Parquet;

/// <summary>Reads the columns of one row group.</summary>
public class ParquetRowGroupReader : IDisposable
{
    private readonly Stream stream;
    private readonly ParquetSchema schema;

    internal ParquetRowGroupReader(Stream stream, ParquetSchema schema, RowGroup group)
    {
        this.stream = stream;
        this.schema = schema;
        RowGroup = group;
    }

    /// <summary>The row group's metadata.</summary>
    public RowGroup RowGroup { get; }

    /// <summary>Rows, as the file claims; reading a column that has fewer is an error.</summary>
    public long RowCount => RowGroup.NumRows;

    public bool ColumnExists(DataField field) => GetMetadata(field) is not null;

    public ColumnChunk? GetMetadata(DataField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        int index = schema.IndexOf(field);
        return index < 0 ? null : RowGroup.Columns[index];
    }

    public DataColumnStatistics? GetStatistics(DataField field) =>
        (GetMetadata(field) ?? throw Missing(field)).MetaData?.Statistics is { } s ? new DataColumnStatistics(s.NullCount, s.DistinctCount, null, null) : null;

    /// <summary>Reads a required column.</summary>
    public ValueTask ReadAsync<T>(DataField field, Memory<T> values, Memory<int>? repetitionLevels = null, CancellationToken cancellationToken = default)
        where T : struct
    {
        cancellationToken.ThrowIfCancellationRequested();
        DataField column = Column(field, typeof(T), values.Length);
        if (column.IsNullable)
        {
            throw new ArgumentException($"Definition levels buffer is required for field '{field.Path}' (MaxDefinitionLevel = 1)");
        }

        Conversion.Read(Chunk(column), column, values.Span[..(int)RowCount], default);
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads a column with nulls.</summary>
    public ValueTask ReadAsync<T>(DataField field, Memory<T?> values, Memory<int>? repetitionLevels = null, CancellationToken cancellationToken = default)
        where T : struct
    {
        cancellationToken.ThrowIfCancellationRequested();
        DataField column = Column(field, typeof(T), values.Length);
        (T[] present, int[]? levels) = Raw<T>(column);
        Span<T?> target = values.Span[..present.Length];
        int next = 0;
        for (int row = 0; row < target.Length; row++)
        {
            target[row] = levels is null || levels[row] != 0 ? present[next++] : null;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Reads a column of texts; rows of equal text may share one string.</summary>
    public ValueTask ReadAsync(DataField field, Memory<string?> values, Memory<int>? repetitionLevels = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Objects(field, typeof(ReadOnlyMemory<char>), values);
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads a column of byte arrays.</summary>
    public ValueTask ReadAsync(DataField field, Memory<byte[]?> values, Memory<int>? repetitionLevels = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Objects(field, typeof(ReadOnlyMemory<byte>), values);
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads a column as stored, as <see cref="RawColumnData{T}"/> of the field's CLR type.</summary>
    public ValueTask<RawColumnData> ReadRawColumnDataBaseAsync(DataField field, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(field);
        System.Type type = field.ClrType;
        RawColumnData data =
            type == typeof(bool) ? RawData<bool>(field)
            : type == typeof(sbyte) ? RawData<sbyte>(field)
            : type == typeof(byte) ? RawData<byte>(field)
            : type == typeof(short) ? RawData<short>(field)
            : type == typeof(ushort) ? RawData<ushort>(field)
            : type == typeof(int) ? RawData<int>(field)
            : type == typeof(uint) ? RawData<uint>(field)
            : type == typeof(long) ? RawData<long>(field)
            : type == typeof(ulong) ? RawData<ulong>(field)
            : type == typeof(float) ? RawData<float>(field)
            : type == typeof(double) ? RawData<double>(field)
            : type == typeof(Half) ? RawData<Half>(field)
            : type == typeof(decimal) ? RawData<decimal>(field)
            : type == typeof(BigDecimal) ? RawData<BigDecimal>(field)
            : type == typeof(DateTime) ? RawData<DateTime>(field)
            : type == typeof(Guid) ? RawData<Guid>(field)
            : type == typeof(ReadOnlyMemory<char>) ? RawData<ReadOnlyMemory<char>>(field)
            : type == typeof(ReadOnlyMemory<byte>) ? RawData<ReadOnlyMemory<byte>>(field)
            : throw new NotSupportedException($"reading column '{field.Path}' as {type} is not supported");
        return ValueTask.FromResult(data);
    }

    public void Dispose() => GC.SuppressFinalize(this);

    private static ParquetException Missing(DataField field) => new($"'{field.Path}' does not exist in this file");

    private RawColumnData<T> RawData<T>(DataField field)
        where T : struct
    {
        (T[] present, int[]? levels) = Raw<T>(Column(field, typeof(T), int.MaxValue));
        return new RawColumnData<T>(present, levels);
    }

    private (T[] Present, int[]? Levels) Raw<T>(DataField column)
        where T : struct
    {
        T[] present = new T[RowCount];
        int[]? levels = column.IsNullable ? new int[RowCount] : null;
        Conversion.Read<T>(Chunk(column), column, present, levels);
        return (present, levels);
    }

    private void Objects<T>(DataField field, System.Type type, Memory<T?> values)
        where T : class
    {
        DataField column = Column(field, type, values.Length);
        Span<T?> target = values.Span[..(int)RowCount];
        if (!column.IsNullable)
        {
            Chunk(column).Read(target, default);
            return;
        }

        T[] present = new T[target.Length];
        int[] levels = new int[target.Length];
        Chunk(column).Read<T>(present, levels);
        int next = 0;
        for (int row = 0; row < target.Length; row++)
        {
            target[row] = levels[row] != 0 ? present[next++] : null;
        }
    }

    private ChunkReader Chunk(DataField column) => new(stream, column, GetMetadata(column)!, RowCount);

    // The caller's field may come from another schema; the file's own decides how it is read.
    private DataField Column(DataField field, System.Type type, int room)
    {
        ArgumentNullException.ThrowIfNull(field);
        field.Attach(nameof(field));
        int index = schema.IndexOf(field);
        DataField column = index < 0 ? throw Missing(field) : schema.DataFields[index];
        if (column.IsNested)
        {
            throw new NotSupportedException($"column '{column.Path}' is nested; only flat columns are read");
        }

        if (column.ClrType != type)
        {
            throw new ArgumentException($"Field \"{column.Path}\" ({column.ClrType}) is not compatible with type {type}");
        }

        long claimed = RowGroup.Columns[index].MetaData?.NumValues ?? throw new ParquetException($"Column chunk metadata is missing for '{column.Path}', meaning the file is most probably corrupt");
        return Math.Max(claimed, RowCount) > room
            ? throw new ArgumentException($"Values buffer is too small for field '{column.Path}' (length {room} < numValues {Math.Max(claimed, RowCount)})")
            : claimed != RowCount
                ? throw new ParquetException($"column '{column.Path}' claims {claimed} values in a row group of {RowCount} rows")
                : column;
    }
}
