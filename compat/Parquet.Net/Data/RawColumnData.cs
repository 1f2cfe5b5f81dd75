namespace Parquet.Data;

/// <summary>Statistics that the file states for a column; they may be wrong.</summary>
public class DataColumnStatistics
{
    public DataColumnStatistics(long? nullCount, long? distinctCount, object? minValue, object? maxValue)
    {
        NullCount = nullCount;
        DistinctCount = distinctCount;
        MinValue = minValue;
        MaxValue = maxValue;
    }

    public long? NullCount { get; }

    public long? DistinctCount { get; }

    public object? MinValue { get; }

    public object? MaxValue { get; }
}

/// <summary>A column as stored: values that are there, and which rows have one.</summary>
public abstract class RawColumnData : IDisposable
{
    private readonly int[]? definitionLevels;

    private protected RawColumnData(int[]? definitionLevels) => this.definitionLevels = definitionLevels;

    public Span<int> DefinitionLevels =>
        definitionLevels ?? throw new InvalidOperationException("definition levels are not present for this column");

    public void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>As <see cref="RawColumnData"/>, typed.</summary>
public class RawColumnData<T> : RawColumnData
    where T : struct
{
    private readonly T[] values;

    internal RawColumnData(T[] values, int[]? definitionLevels)
        : base(definitionLevels) => this.values = values;

    public Span<T> Values => values;

    public IEnumerable<T?> NullableValues
    {
        get
        {
            int next = 0;
            for (int row = 0; row < DefinitionLevels.Length; row++)
            {
                yield return DefinitionLevels[row] == 0 ? null : values[next++];
            }
        }
    }
}
