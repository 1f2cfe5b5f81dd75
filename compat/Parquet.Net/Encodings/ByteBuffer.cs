using System.Buffers.Binary;
using System.Text;

namespace Parquet.Encodings;

/// <summary>A growing run of bytes.</summary>
internal sealed class ByteBuffer(int capacity = 256)
{
    private byte[] bytes = new byte[Math.Max(capacity, 16)];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    /// <summary>Makes room and answers it; the caller fills it.</summary>
    public Span<byte> Grow(int count)
    {
        int needed = checked(Length + count);
        if (needed > bytes.Length)
        {
            Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, (long)bytes.Length * 2)));
        }

        Span<byte> room = bytes.AsSpan(Length, count);
        Length = needed;
        return room;
    }

    /// <summary>Gives back what was grown too much.</summary>
    public void Trim(int count) => Length -= count;

    /// <summary>A byte that was written before.</summary>
    public ref byte At(int index) => ref bytes[index];

    public void Byte(byte value) => Grow(1)[0] = value;

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Grow(value.Length));

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Grow(4), value);

    public void Text(string value) => Encoding.UTF8.GetBytes(value, Grow(Encoding.UTF8.GetByteCount(value)));

    public void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    public void ZigZag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));
}
