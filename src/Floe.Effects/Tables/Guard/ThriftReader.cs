using System.Text;

namespace Floe.Effects.Tables.Guard;

/// <summary>The types of Thrift's compact protocol.</summary>
internal enum ThriftType
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
/// Reads Thrift's compact protocol from bytes that nobody vouches for: integers of at most 10 bytes, texts and lists no longer than the
/// bytes that are left, 64 levels at most. Its work is in proportion to the bytes.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> data)
{
    private const int MostDepth = 64;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> data = data;

    /// <summary>Bytes read.</summary>
    public int Position { get; private set; }

    private readonly int Left => data.Length - Position;

    /// <summary>The next field of a struct; false at its end.</summary>
    public bool Field(ref int id, out ThriftType type)
    {
        byte header = Byte();
        type = Known(header & 0x0F);
        if (type == ThriftType.Stop)
        {
            return false;
        }

        int delta = header >> 4;
        id = delta == 0 ? Int32(ZigZag(Varint())) : id + delta;
        return true;
    }

    /// <summary>An integer of 32 bits.</summary>
    public int I32() => Int32(ZigZag(Varint()));

    /// <summary>An integer of 64 bits.</summary>
    public long I64() => ZigZag(Varint());

    /// <summary>An integer of 8 bits.</summary>
    public int I8() => (sbyte)Byte();

    /// <summary>Bytes with their length before them.</summary>
    public ReadOnlySpan<byte> Binary()
    {
        ulong length = Varint();
        if (length > (ulong)Left)
        {
            throw TableFault.Damaged("a text within the metadata", $"{length} bytes claimed, {Left} left");
        }

        ReadOnlySpan<byte> bytes = data.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }

    /// <summary>A text in UTF-8.</summary>
    public string Text()
    {
        try
        {
            return Strict.GetString(Binary());
        }
        catch (DecoderFallbackException)
        {
            throw TableFault.Damaged("metadata in UTF-8", "a text that is not");
        }
    }

    /// <summary>The number of elements of a list of one type; an element takes a byte at least.</summary>
    public int List(ThriftType expected)
    {
        int count = List(out ThriftType element);
        return element == expected || count == 0 ? count : throw TableFault.Damaged($"a list of {expected}", $"a list of {element}");
    }

    /// <summary>Goes over a value that is not needed.</summary>
    public void Skip(ThriftType type) => Skip(type, 0, isElement: false);

    private void Skip(ThriftType type, int depth, bool isElement)
    {
        TableFault.Unless(depth <= MostDepth, "at most 64 levels of metadata", "more");
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                Advance(isElement ? 1 : 0);
                break;
            case ThriftType.Byte:
                Advance(1);
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
                    Skip(element, depth + 1, isElement: true);
                }

                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            default:
                for (int id = 0; Field(ref id, out ThriftType field);)
                {
                    Skip(field, depth + 1, isElement: false);
                }

                break;
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
            Skip(Known(types >> 4), depth + 1, isElement: true);
            Skip(Known(types & 0x0F), depth + 1, isElement: true);
        }
    }

    private int List(out ThriftType element)
    {
        byte header = Byte();
        element = Known(header & 0x0F);
        TableFault.Unless(element != ThriftType.Stop || header >> 4 == 0, "a list of a known type", "type 0");
        return Count(header >> 4 == 15 ? Varint() : (ulong)(header >> 4));
    }

    private readonly int Count(ulong claimed) => claimed <= (ulong)Left
        ? (int)claimed
        : throw TableFault.Damaged("a list within the metadata", $"{claimed} elements claimed, {Left} bytes left");

    private static ThriftType Known(int code) =>
        code <= (int)ThriftType.Uuid ? (ThriftType)code : throw TableFault.Damaged("sound metadata", $"a value of the unknown type {code}");

    private static int Int32(long value) =>
        value is >= int.MinValue and <= int.MaxValue ? (int)value : throw TableFault.Damaged("an integer of 32 bits", $"{value}");

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private void Advance(int count)
    {
        TableFault.Unless(count <= Left, "whole metadata", "metadata that ends early");
        Position += count;
    }

    private byte Byte()
    {
        Advance(1);
        return data[Position - 1];
    }

    private ulong Varint()
    {
        int at = Position;
        ulong value = Varints.Read(data, ref at);
        Position = at;
        return value;
    }
}
