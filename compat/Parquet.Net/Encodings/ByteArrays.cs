using System.Buffers.Binary;
using System.Text;

namespace Parquet.Encodings;

/// <summary>Texts and byte arrays: PLAIN, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY. T is string or byte[].</summary>
internal static class ByteArrays
{
    private const int FreeExpansion = 64 << 20;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static void Plain<T>(ReadOnlySpan<byte> source, Span<T> destination)
        where T : class
    {
        ReadOnlySpan<byte> previous = default;
        for (int i = 0; i < destination.Length; i++)
        {
            if (source.Length < 4)
            {
                throw new ParquetException("byte arrays end early");
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(source);
            if (length < 0 || length > source.Length - 4)
            {
                throw new ParquetException($"a byte array claims {(uint)length} bytes, {source.Length - 4} are left");
            }

            ReadOnlySpan<byte> value = source.Slice(4, length);

            // Sorted tables repeat a text for thousands of rows.
            destination[i] = i > 0 && value.SequenceEqual(previous) ? destination[i - 1] : Make<T>(value);
            previous = value;
            source = source[(4 + length)..];
        }
    }

    public static void Fixed<T>(ReadOnlySpan<byte> source, int length, Span<T> destination)
        where T : class
    {
        if ((long)length * destination.Length > source.Length)
        {
            throw new ParquetException($"{destination.Length} values of {length} bytes where {source.Length} bytes are left");
        }

        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = Make<T>(source.Slice(i * length, length));
        }
    }

    public static int DeltaLength<T>(ReadOnlySpan<byte> source, Span<T> destination)
        where T : class
    {
        int[] lengths = new int[destination.Length];
        int at = DeltaBinary.Decode<int>(source, lengths);
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 0 || lengths[i] > source.Length - at)
            {
                throw new ParquetException($"a byte array claims {lengths[i]} bytes, {source.Length - at} are left");
            }

            destination[i] = Make<T>(source.Slice(at, lengths[i]));
            at += lengths[i];
        }

        return at;
    }

    public static void DeltaPrefix<T>(ReadOnlySpan<byte> source, int? fixedLength, Span<T> destination)
        where T : class
    {
        int[] prefixes = new int[destination.Length];
        int at = DeltaBinary.Decode<int>(source, prefixes);
        byte[][] suffixes = new byte[destination.Length][];
        DeltaLength<byte[]>(source[at..], suffixes);
        long left = FreeExpansion + (1024L * source.Length);
        byte[] value = [];
        int length = 0;
        for (int i = 0; i < destination.Length; i++)
        {
            byte[] suffix = suffixes[i];
            int whole = prefixes[i] + suffix.Length;
            if (prefixes[i] < 0 || prefixes[i] > length)
            {
                throw new ParquetException($"a byte array shares {prefixes[i]} bytes with one of {length}");
            }

            if ((left -= whole) < 0)
            {
                throw new ParquetException("shared prefixes expand to more than 1024 times the page");
            }

            if (fixedLength is { } expected && whole != expected)
            {
                throw new ParquetException($"a value of {whole} bytes in a column of {expected}");
            }

            if (whole > value.Length)
            {
                Array.Resize(ref value, Math.Max(whole, value.Length * 2));
            }

            suffix.CopyTo(value.AsSpan(prefixes[i]));
            length = whole;
            destination[i] = Make<T>(value.AsSpan(0, whole));
        }
    }

    private static T Make<T>(ReadOnlySpan<byte> bytes)
        where T : class
    {
        if (typeof(T) == typeof(byte[]))
        {
            return (T)(object)bytes.ToArray();
        }

        try
        {
            return (T)(object)Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException("a text is not UTF-8");
        }
    }
}
