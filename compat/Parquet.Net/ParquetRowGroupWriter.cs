using Parquet.Meta;
using Parquet.Schema;
using Parquet.Storage;

namespace Parquet;

/// <summary>Writes the columns of one row group, in the order of the schema.</summary>
public class ParquetRowGroupWriter : IDisposable
{
    private readonly ParquetWriter writer;
    private readonly RowGroup group;
    private int next;

    internal ParquetRowGroupWriter(ParquetWriter writer, RowGroup group)
    {
        this.writer = writer;
        this.group = group;
    }

    internal int? RowCount { get; private set; }

    /// <summary>Writes a column without nulls.</summary>
    public Task WriteAsync<T>(
        DataField field,
        ReadOnlyMemory<T> values,
        ReadOnlyMemory<int>? repetitionLevels = null,
        Dictionary<string, string>? customMetadata = null,
        CancellationToken cancellationToken = default)
        where T : struct
    {
        cancellationToken.ThrowIfCancellationRequested();
        int[]? levels = null;
        if (field.IsNullable)
        {
            levels = new int[values.Length];
            Array.Fill(levels, 1);
        }

        Column(field, typeof(T), values.Length, (chunk, column) => ValueWriter.Write(chunk, column, values.Span, levels, values.Length));
        return Task.CompletedTask;
    }

    /// <summary>Writes a column with nulls.</summary>
    public Task WriteAsync<T>(
        DataField field,
        ReadOnlyMemory<T?> values,
        ReadOnlyMemory<int>? repetitionLevels = null,
        Dictionary<string, string>? customMetadata = null,
        CancellationToken cancellationToken = default)
        where T : struct
    {
        cancellationToken.ThrowIfCancellationRequested();
        int[] levels = new int[values.Length];
        T[] present = new T[values.Length];
        int count = 0;
        for (int row = 0; row < levels.Length; row++)
        {
            if (values.Span[row] is { } value)
            {
                levels[row] = 1;
                present[count++] = value;
            }
        }

        return count < levels.Length && !field.IsNullable
            ? throw new ArgumentException($"field '{field.Path}' is required and has nulls", nameof(values))
            : Parts<T>(field, present.AsMemory(0, count), levels);
    }

    /// <summary>Writes a column of texts.</summary>
    public Task WriteAsync(DataField field, IReadOnlyCollection<string?> values, ReadOnlyMemory<int>? repetitionLevels = null)
    {
        (string[] present, int[] levels) = Split(field, values);
        Column(field, typeof(ReadOnlyMemory<char>), levels.Length, (chunk, _) => chunk.Write(present, levels, levels.Length));
        return Task.CompletedTask;
    }

    /// <summary>Writes a column of byte arrays.</summary>
    public Task WriteAsync(DataField field, IReadOnlyCollection<byte[]?> values, ReadOnlyMemory<int>? repetitionLevels = null)
    {
        (byte[][] present, int[] levels) = Split(field, values);
        Column(field, typeof(ReadOnlyMemory<byte>), levels.Length, (chunk, _) => chunk.Write(present, levels, levels.Length));
        return Task.CompletedTask;
    }

    /// <summary>Writes values that are there, side by side, with a level of 1 or 0 a row.</summary>
    public Task WriteAllPartsAsync<T>(
        DataField field, ReadOnlyMemory<T> values, ReadOnlyMemory<int>? definitionValues, ReadOnlyMemory<int>? repetitionLevels, CancellationToken cancellationToken)
        where T : struct
    {
        cancellationToken.ThrowIfCancellationRequested();
        return definitionValues is { } levels && field.IsNullable
            ? Parts(field, values, levels.ToArray())
            : WriteAsync(field, values, repetitionLevels, null, cancellationToken);
    }

    /// <summary>Checks that all columns were written.</summary>
    /// <exception cref="InvalidOperationException">Some were not.</exception>
    public void CompleteValidate()
    {
        DataField[] columns = writer.Schema.DataFields;
        if (next < columns.Length)
        {
            throw new InvalidOperationException($"Not all columns were written. Missing columns: {string.Join(", ", columns.Skip(next).Select(c => c.Name))}");
        }
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        group.NumRows = RowCount ?? 0;
        group.TotalByteSize = group.Columns.Sum(c => c.MetaData!.TotalUncompressedSize);
        group.TotalCompressedSize = group.Columns.Sum(c => c.MetaData!.TotalCompressedSize);
    }

    private static (T[] Present, int[] Levels) Split<T>(DataField field, IReadOnlyCollection<T?> values)
        where T : class
    {
        T[] present = new T[values.Count];
        int[] levels = new int[values.Count];
        int row = 0, count = 0;
        foreach (T? value in values)
        {
            if (value is not null)
            {
                levels[row] = 1;
                present[count++] = value;
            }

            row++;
        }

        if (count < row && !field.IsNullable)
        {
            throw new ArgumentException($"field '{field.Path}' is required and has nulls", nameof(values));
        }

        Array.Resize(ref present, count);
        return (present, levels);
    }

    private Task Parts<T>(DataField field, ReadOnlyMemory<T> present, int[] levels)
        where T : struct
    {
        Column(field, typeof(T), levels.Length, (chunk, column) => ValueWriter.Write(chunk, column, present.Span, levels, levels.Length));
        return Task.CompletedTask;
    }

    private void Column(DataField field, System.Type type, int rows, Func<ChunkWriter, DataField, ColumnChunk> write)
    {
        ArgumentNullException.ThrowIfNull(field);
        field.Attach(nameof(field));
        DataField[] columns = writer.Schema.DataFields;
        if (next >= columns.Length)
        {
            throw new InvalidOperationException($"Cannot write column '{field.Name}': all {columns.Length} columns from the schema have already been written.");
        }

        DataField expected = columns[next];
        if (!field.Path.Equals(expected.Path))
        {
            throw new ArgumentException($"cannot write this column, expected '{expected.Name}', passed: '{field.Name}'", nameof(field));
        }

        if (field.ClrType != type)
        {
            throw new ArgumentException($"expected values of type {field.ClrType} but passed {type}");
        }

        if (RowCount is { } count && count != rows)
        {
            throw new InvalidOperationException($"Column '{field.Name}' has {rows} rows, but the row group expects {count} rows.");
        }

        RowCount = rows;
        group.Columns.Add(writer.Chunk(expected, next++, chunk => write(chunk, expected)));
    }
}
