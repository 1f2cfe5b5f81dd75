using System.Text;

namespace Parquet.Meta;

internal enum ThriftType : byte
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
    Uuid = 13,
}

/// <summary>
/// Thrift's compact protocol over bytes that are all there. Every length is checked against what is left before it is used, and unknown fields are
/// skipped to a bounded depth.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> data)
{
    private const int MaxDepth = 64;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> data = data;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Reads the header of the next field of a struct; false at its end.</summary>
    public bool Field(ref int id, out ThriftType type)
    {
        byte header = Byte();
        type = Known(header & 0x0F);
        if (type == ThriftType.Stop)
        {
            return false;
        }

        int delta = header >> 4;
        id = delta == 0 ? (short)ZigZag(Varint()) : id + delta;
        return true;
    }

    public int I32() => checked((int)I64());

    public long I64() => ZigZag(Varint());

    public sbyte I8() => (sbyte)Byte();

    public ReadOnlySpan<byte> Binary()
    {
        ulong length = Varint();
        if (length > (ulong)(data.Length - Position))
        {
            throw new ParquetException($"metadata is damaged: a text claims {length} bytes, {data.Length - Position} are left");
        }

        ReadOnlySpan<byte> bytes = data.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }

    public string Text()
    {
        try
        {
            return Strict.GetString(Binary());
        }
        catch (DecoderFallbackException)
        {
            throw new ParquetException("metadata is damaged: a text is not UTF-8");
        }
    }

    /// <summary>Reads the header of a list; its count is at most the bytes that are left.</summary>
    public int List(ThriftType expected)
    {
        int count = List(out ThriftType element);
        return element == expected || count == 0 ? count : throw new ParquetException($"metadata is damaged: a list of {element} where {expected} belongs");
    }

    public void Skip(ThriftType type) => Skip(type, 0, inContainer: false);

    private void Skip(ThriftType type, int depth, bool inContainer)
    {
        if (depth > MaxDepth)
        {
            throw new ParquetException($"metadata is damaged: nested deeper than {MaxDepth}");
        }

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                if (inContainer)
                {
                    Byte();
                }

                break;
            case ThriftType.Byte:
                Byte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                Varint();
                break;
            case ThriftType.Double:
                Advance(8);
                break;
            case ThriftType.Uuid:
                Advance(16);
                break;
            case ThriftType.Binary:
                Binary();
                break;
            case ThriftType.List or ThriftType.Set:
                for (int left = List(out ThriftType element); left > 0; left--)
                {
                    Skip(element, depth + 1, inContainer: true);
                }

                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Struct:
                for (int id = 0; Field(ref id, out ThriftType field);)
                {
                    Skip(field, depth + 1, inContainer: false);
                }

                break;
            default:
                throw new ParquetException($"metadata is damaged: unknown type {(int)type}");
        }
    }

    private void SkipMap(int depth)
    {
        int left = Count(Varint());
        if (left == 0)
        {
            return;
        }

        byte types = Byte();
        for (; left > 0; left--)
        {
            Skip(Known(types >> 4), depth + 1, inContainer: true);
            Skip(Known(types & 0x0F), depth + 1, inContainer: true);
        }
    }

    private int List(out ThriftType element)
    {
        byte header = Byte();
        element = Known(header & 0x0F);
        return Count(header >> 4 == 15 ? Varint() : (ulong)(header >> 4));
    }

    // An element takes at least one byte.
    private readonly int Count(ulong claimed) => claimed <= (ulong)(data.Length - Position)
        ? (int)claimed
        : throw new ParquetException($"metadata is damaged: a list claims {claimed} elements, {data.Length - Position} bytes are left");

    private static ThriftType Known(int code) =>
        code <= (int)ThriftType.Uuid ? (ThriftType)code : throw new ParquetException($"metadata is damaged: unknown type {code}");

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private void Advance(int count)
    {
        if (count > data.Length - Position)
        {
            throw new ParquetException("metadata is damaged: it ends early");
        }

        Position += count;
    }

    private byte Byte() => Position < data.Length ? data[Position++] : throw new ParquetException("metadata is damaged: it ends early");

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new ParquetException("metadata is damaged: an integer is longer than 10 bytes");
    }
}
