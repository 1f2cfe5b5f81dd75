using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parquet.Data;
using Parquet.Encodings;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Storage;

/// <summary>Reads a chunk as the CLR type of its field.</summary>
internal static class Conversion
{
    private const int JulianEpoch = 2440588;

    public static int Read<T>(ChunkReader reader, DataField field, Span<T> values, Span<int> levels)
        where T : struct
    {
        if (typeof(T) == typeof(int) || typeof(T) == typeof(long) || typeof(T) == typeof(double) || typeof(T) == typeof(float) || typeof(T) == typeof(bool))
        {
            return reader.Read(values, levels);
        }

        if (typeof(T) == typeof(uint))
        {
            return reader.Read(Same<T, int>(values), levels);
        }

        if (typeof(T) == typeof(ulong))
        {
            return reader.Read(Same<T, long>(values), levels);
        }

        if (typeof(T) == typeof(ReadOnlyMemory<char>))
        {
            return Via<string, T, ReadOnlyMemory<char>>(reader, values, levels, text => text.AsMemory());
        }

        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            return Via<byte[], T, ReadOnlyMemory<byte>>(reader, values, levels, bytes => bytes);
        }

        return Rare(reader, field, values, levels);
    }

    private static int Rare<T>(ChunkReader reader, DataField field, Span<T> values, Span<int> levels)
        where T : struct => field switch
        {
            _ when typeof(T) == typeof(sbyte) => Via<int, T, sbyte>(reader, values, levels, v => (sbyte)v),
            _ when typeof(T) == typeof(byte) => Via<int, T, byte>(reader, values, levels, v => (byte)v),
            _ when typeof(T) == typeof(short) => Via<int, T, short>(reader, values, levels, v => (short)v),
            _ when typeof(T) == typeof(ushort) => Via<int, T, ushort>(reader, values, levels, v => (ushort)v),
            _ when typeof(T) == typeof(Half) => Via<byte[], T, Half>(reader, values, levels, bytes => BinaryPrimitives.ReadHalfLittleEndian(bytes)),
            _ when typeof(T) == typeof(Guid) => Via<byte[], T, Guid>(reader, values, levels, bytes => new Guid(bytes, bigEndian: true)),
            DateTimeDataField time when typeof(T) == typeof(DateTime) => Times(reader, time, values, levels),
            DecimalDataField number when typeof(T) == typeof(decimal) => Decimals(reader, number, values, levels, v => (decimal)v),
            DecimalDataField number when typeof(T) == typeof(BigDecimal) => Decimals(reader, number, values, levels, v => v),
            _ => throw new NotSupportedException($"reading column '{field.Path}' as {typeof(T)} is not supported"),
        };

    private static int Times<T>(ChunkReader reader, DateTimeDataField field, Span<T> values, Span<int> levels)
        where T : struct => field switch
        {
            { DateTimeFormat: DateTimeFormat.Date } => Via<int, T, DateTime>(reader, values, levels, days => DateTime.UnixEpoch.AddDays(days)),
            { DateTimeFormat: DateTimeFormat.Impala } => Via<Int96, T, DateTime>(reader, values, levels, v =>
                DateTime.UnixEpoch.AddDays((long)v.JulianDay - JulianEpoch).AddTicks(Floor(v.Nanoseconds))),
            { Unit: DateTimeTimeUnit.Millis } => Via<long, T, DateTime>(reader, values, levels, v => DateTime.UnixEpoch.AddTicks(checked(v * TimeSpan.TicksPerMillisecond))),
            { Unit: DateTimeTimeUnit.Micros } => Via<long, T, DateTime>(reader, values, levels, v => DateTime.UnixEpoch.AddTicks(checked(v * TimeSpan.TicksPerMicrosecond))),
            _ => Via<long, T, DateTime>(reader, values, levels, v => DateTime.UnixEpoch.AddTicks(Floor(v))),
        };

    // A point in time lies in the tick that began before it, also before 1970.
    private static long Floor(long nanoseconds) =>
        (nanoseconds / TimeSpan.NanosecondsPerTick) - (nanoseconds % TimeSpan.NanosecondsPerTick < 0 ? 1 : 0);

    private static int Decimals<T, TDecimal>(ChunkReader reader, DecimalDataField field, Span<T> values, Span<int> levels, Func<BigDecimal, TDecimal> convert)
        where T : struct
        where TDecimal : struct => field.SchemaElement!.Type switch
        {
            Meta.Type.INT32 => Via<int, T, TDecimal>(reader, values, levels, v => convert(new BigDecimal(v, field.Scale))),
            Meta.Type.INT64 => Via<long, T, TDecimal>(reader, values, levels, v => convert(new BigDecimal(v, field.Scale))),
            Meta.Type.BYTE_ARRAY or Meta.Type.FIXED_LEN_BYTE_ARRAY =>
                Via<byte[], T, TDecimal>(reader, values, levels, v => convert(new BigDecimal(new BigInteger(v, isUnsigned: false, isBigEndian: true), field.Scale))),
            _ => throw new ParquetException($"column '{field.Path}' is a decimal stored as {field.SchemaElement.Type}"),
        };

    private static int Via<TPhysical, T, TValue>(ChunkReader reader, Span<T> values, Span<int> levels, Func<TPhysical, TValue> convert)
        where T : struct
        where TValue : struct
    {
        TPhysical[] stored = new TPhysical[values.Length];
        int count = reader.Read<TPhysical>(stored, levels);
        Span<TValue> target = Same<T, TValue>(values);
        for (int i = 0; i < count; i++)
        {
            target[i] = convert(stored[i]);
        }

        return count;
    }

    private static Span<TTo> Same<TFrom, TTo>(Span<TFrom> span)
        where TFrom : struct
        where TTo : struct => MemoryMarshal.CreateSpan(ref Unsafe.As<TFrom, TTo>(ref MemoryMarshal.GetReference(span)), span.Length);
}
