using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Storage;

/// <summary>Writes CLR values as the physical type of their column.</summary>
internal static class ValueWriter
{
    public static ColumnChunk Write<T>(ChunkWriter chunk, DataField field, ReadOnlySpan<T> values, ReadOnlySpan<int> levels, int rows)
        where T : struct
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
        {
            string[] texts = new string[values.Length];
            ReadOnlySpan<ReadOnlyMemory<char>> memories = Same<T, ReadOnlyMemory<char>>(values);
            for (int i = 0; i < texts.Length; i++)
            {
                texts[i] = memories[i].ToString();
            }

            return chunk.Write(texts, levels, rows);
        }

        return typeof(T) switch
        {
            var t when t == typeof(bool) => chunk.Write(Same<T, bool>(values), levels, rows),
            var t when t == typeof(int) || t == typeof(uint) => chunk.Write(Same<T, int>(values), levels, rows),
            var t when t == typeof(long) || t == typeof(ulong) => chunk.Write(Same<T, long>(values), levels, rows),
            var t when t == typeof(float) => chunk.Write(Same<T, float>(values), levels, rows),
            var t when t == typeof(double) => chunk.Write(Same<T, double>(values), levels, rows),
            var t when t == typeof(sbyte) => Widened<T, sbyte>(chunk, values, v => v, levels, rows),
            var t when t == typeof(byte) => Widened<T, byte>(chunk, values, v => v, levels, rows),
            var t when t == typeof(short) => Widened<T, short>(chunk, values, v => v, levels, rows),
            var t when t == typeof(ushort) => Widened<T, ushort>(chunk, values, v => v, levels, rows),
            _ => throw new NotSupportedException($"writing column '{field.Path}' of {typeof(T)} is not supported"),
        };
    }

    private static ColumnChunk Widened<T, TNarrow>(ChunkWriter chunk, ReadOnlySpan<T> values, Func<TNarrow, int> widen, ReadOnlySpan<int> levels, int rows)
        where T : struct
        where TNarrow : struct
    {
        int[] wide = new int[values.Length];
        ReadOnlySpan<TNarrow> narrow = Same<T, TNarrow>(values);
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = widen(narrow[i]);
        }

        return chunk.Write<int>(wide, levels, rows);
    }

    private static ReadOnlySpan<TTo> Same<TFrom, TTo>(ReadOnlySpan<TFrom> span)
        where TFrom : struct
        where TTo : struct => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TFrom, TTo>(ref MemoryMarshal.GetReference(span)), span.Length);
}
