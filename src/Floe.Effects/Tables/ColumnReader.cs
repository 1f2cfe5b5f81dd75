using Floe.Domain;
using LanguageExt;
using Parquet;
using Parquet.Schema;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>Reads one column of all row groups into an array of its own type.</summary>
internal static class ColumnReader
{
    /// <summary>Reads a column.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="groups">Its row groups.</param>
    /// <param name="field">The column.</param>
    /// <returns>The values, or the error.</returns>
    public static Either<FloeError, ColumnValues> Read(string path, IReadOnlyList<ParquetRowGroupReader> groups, DataField field) => field.ClrType switch
    {
        var t when t == typeof(double) => Values<double>(path, groups, field),
        var t when t == typeof(int) => Values<int>(path, groups, field),
        var t when t == typeof(long) => Values<long>(path, groups, field),
        var t when t == typeof(float) => Values<float>(path, groups, field),
        var t when t == typeof(bool) => Values<bool>(path, groups, field),
        var t when t == typeof(sbyte) => Values<sbyte>(path, groups, field),
        var t when t == typeof(byte) => Values<byte>(path, groups, field),
        var t when t == typeof(short) => Values<short>(path, groups, field),
        var t when t == typeof(ushort) => Values<ushort>(path, groups, field),
        var t when t == typeof(uint) => Values<uint>(path, groups, field),
        var t when t == typeof(ulong) => Values<ulong>(path, groups, field),
        var t when t == typeof(Half) => Values<Half>(path, groups, field),
        var t when t == typeof(decimal) => Values<decimal>(path, groups, field),
        var t when t == typeof(DateTime) => Values<DateTime>(path, groups, field),
        var t when t == typeof(Guid) => Values<Guid>(path, groups, field),
        var t when t == typeof(ReadOnlyMemory<char>) || t == typeof(string) =>
            Objects<string>(path, groups, field, (group, target) => group.ReadAsync(field, target)),
        var t when t == typeof(ReadOnlyMemory<byte>) || t == typeof(byte[]) =>
            Objects<byte[]>(path, groups, field, (group, target) => group.ReadAsync(field, target)),
        _ => new FloeError.Unsupported(
            $"{path}, column `{field.Name}`", $"a column of {field.ClrType.Name}", "numbers, texts, booleans, times, byte arrays", "Convert or remove the column."),
    };

    private static Either<FloeError, ColumnValues> Values<T>(string path, IReadOnlyList<ParquetRowGroupReader> groups, DataField field)
        where T : struct
    {
        T[] values = new T[Rows(groups)];
        bool[]? present = field.IsNullable ? new bool[values.Length] : null;
        return Each(path, groups, field, (group, start, count) =>
        {
            if (present is null)
            {
                Wait(group.ReadAsync<T>(field, values.AsMemory(start, count)));
                return;
            }

            T?[] some = new T?[count];
            Wait(group.ReadAsync<T>(field, some.AsMemory()));
            for (int row = 0; row < count; row++)
            {
                values[start + row] = some[row].GetValueOrDefault();
                present[start + row] = some[row].HasValue;
            }
        }).Map(_ => new ColumnValues(field.Name, values, present is not null && System.Array.IndexOf(present, false) >= 0 ? present : null));
    }

    private static Either<FloeError, ColumnValues> Objects<T>(
        string path, IReadOnlyList<ParquetRowGroupReader> groups, DataField field, Func<ParquetRowGroupReader, Memory<T?>, ValueTask> read)
        where T : class
    {
        T?[] values = new T?[Rows(groups)];
        return Each(path, groups, field, (group, start, count) => Wait(read(group, values.AsMemory(start, count))))
            .Map(_ => new ColumnValues(field.Name, values, System.Array.IndexOf(values, null) >= 0 ? System.Array.ConvertAll(values, v => v is not null) : null));
    }

    private static Either<FloeError, Unit> Each(
        string path, IReadOnlyList<ParquetRowGroupReader> groups, DataField field, Action<ParquetRowGroupReader, int, int> read)
    {
        int start = 0;
        for (int i = 0; i < groups.Count; i++)
        {
            ParquetRowGroupReader group = groups[i];
            int at = start, count = (int)group.RowCount;
            Either<FloeError, Unit> step = TableErrors.Try(new TableErrors.Place(path, field.Name, groups.Count > 1 ? i : null), () =>
            {
                read(group, at, count);
                return unit;
            });
            if (step.IsLeft)
            {
                return step;
            }

            start += count;
        }

        return unit;
    }

    private static int Rows(IReadOnlyList<ParquetRowGroupReader> groups) => checked((int)groups.Sum(group => group.RowCount));

    // Command-line stages are sequential, and no synchronisation context is there to wait for.
    private static void Wait(ValueTask task) => task.AsTask().GetAwaiter().GetResult();
}
