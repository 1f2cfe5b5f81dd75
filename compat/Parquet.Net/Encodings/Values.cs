using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parquet.Meta;

namespace Parquet.Encodings;

/// <summary>An INT96: nanoseconds of the day and the Julian day number.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct Int96(long Nanoseconds, int JulianDay);

/// <summary>
/// Decodes the values of one page into physical values: bool, int, long, <see cref="Int96"/>, float, double, string or byte[]. A page that holds fewer
/// values than it claims is an error.
/// </summary>
internal static class Values
{
    public static void Decode<T>(Meta.Encoding encoding, int? fixedLength, ReadOnlySpan<byte> source, Span<T> destination)
    {
        switch (encoding)
        {
            case Meta.Encoding.PLAIN:
                Plain(source, fixedLength, destination);
                break;
            case Meta.Encoding.RLE when typeof(T) == typeof(bool):
                Booleans(source, MemoryMarshal.CreateSpan(ref Unsafe.As<T, bool>(ref MemoryMarshal.GetReference(destination)), destination.Length));
                break;
            case Meta.Encoding.DELTA_BINARY_PACKED when typeof(T) == typeof(int):
                DeltaBinary.Decode(source, MemoryMarshal.CreateSpan(ref Unsafe.As<T, int>(ref MemoryMarshal.GetReference(destination)), destination.Length));
                break;
            case Meta.Encoding.DELTA_BINARY_PACKED when typeof(T) == typeof(long):
                DeltaBinary.Decode(source, MemoryMarshal.CreateSpan(ref Unsafe.As<T, long>(ref MemoryMarshal.GetReference(destination)), destination.Length));
                break;
            case Meta.Encoding.DELTA_LENGTH_BYTE_ARRAY when typeof(T) == typeof(string):
                ByteArrays.DeltaLength(source, As<T, string>(destination));
                break;
            case Meta.Encoding.DELTA_LENGTH_BYTE_ARRAY when typeof(T) == typeof(byte[]) && fixedLength is null:
                ByteArrays.DeltaLength(source, As<T, byte[]>(destination));
                break;
            case Meta.Encoding.DELTA_BYTE_ARRAY when typeof(T) == typeof(string):
                ByteArrays.DeltaPrefix(source, fixedLength, As<T, string>(destination));
                break;
            case Meta.Encoding.DELTA_BYTE_ARRAY when typeof(T) == typeof(byte[]):
                ByteArrays.DeltaPrefix(source, fixedLength, As<T, byte[]>(destination));
                break;
            case Meta.Encoding.BYTE_STREAM_SPLIT when fixedLength is { } width || (typeof(T).IsValueType && typeof(T) != typeof(bool) && typeof(T) != typeof(Int96)):
                int size = fixedLength ?? Unsafe.SizeOf<T>();
                Plain(ByteStreamSplit.Decode(source, size, destination.Length), fixedLength, destination);
                break;
            default:
                throw new ParquetException($"encoding {encoding} is not supported for this type.");
        }
    }

    private static void Plain<T>(ReadOnlySpan<byte> source, int? fixedLength, Span<T> destination)
    {
        if (typeof(T) == typeof(string) || typeof(T) == typeof(byte[]))
        {
            PlainArrays(source, fixedLength, destination);
        }
        else if (typeof(T) == typeof(bool))
        {
            Span<bool> flags = MemoryMarshal.CreateSpan(ref Unsafe.As<T, bool>(ref MemoryMarshal.GetReference(destination)), destination.Length);
            Enough(source.Length, (flags.Length + 7) / 8, flags.Length);
            for (int i = 0; i < flags.Length; i++)
            {
                flags[i] = ((source[i >> 3] >> (i & 7)) & 1) != 0;
            }
        }
        else
        {
            // Little-endian machines only, as everywhere in .NET today but s390x.
            long bytes = (long)destination.Length * Unsafe.SizeOf<T>();
            Enough(source.Length, bytes, destination.Length);
            source[..(int)bytes].CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(destination)), (int)bytes));
        }
    }

    private static void PlainArrays<T>(ReadOnlySpan<byte> source, int? fixedLength, Span<T> destination)
    {
        if (typeof(T) == typeof(string) && fixedLength is { } textLength)
        {
            ByteArrays.Fixed(source, textLength, As<T, string>(destination));
        }
        else if (typeof(T) == typeof(string))
        {
            ByteArrays.Plain(source, As<T, string>(destination));
        }
        else if (fixedLength is { } length)
        {
            ByteArrays.Fixed(source, length, As<T, byte[]>(destination));
        }
        else
        {
            ByteArrays.Plain(source, As<T, byte[]>(destination));
        }
    }

    // A length prefix of four bytes, then runs of one bit.
    private static void Booleans(ReadOnlySpan<byte> source, Span<bool> destination)
    {
        if (destination.Length == 0)
        {
            return;
        }

        if (source.Length < 4)
        {
            throw new ParquetException("booleans end early");
        }

        int length = BitConverter.ToInt32(source);
        if (length < 0 || length > source.Length - 4)
        {
            throw new ParquetException($"booleans claim {(uint)length} bytes, {source.Length - 4} are left");
        }

        int[] bits = new int[destination.Length];
        Rle.Decode(source.Slice(4, length), 1, bits);
        for (int i = 0; i < bits.Length; i++)
        {
            destination[i] = bits[i] != 0;
        }
    }

    private static void Enough(long have, long need, int count)
    {
        if (have < need)
        {
            throw new ParquetException($"{count} values need {need} bytes, the page has {have}");
        }
    }

    private static Span<TTo> As<TFrom, TTo>(Span<TFrom> span)
        where TTo : class => MemoryMarshal.CreateSpan(ref Unsafe.As<TFrom, TTo>(ref MemoryMarshal.GetReference(span)), span.Length);
}
