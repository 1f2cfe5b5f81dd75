using System.Buffers.Binary;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>One field of a protobuf message.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Value">A whole number, or the bits of a float.</param>
/// <param name="Bytes">The bytes of a text or of a message; empty for numbers.</param>
internal readonly record struct ProtobufField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The value as a 32-bit float.</summary>
    public float Real => BitConverter.UInt32BitsToSingle((uint)Value);

    /// <summary>The value as a signed number.</summary>
    public int Whole => (int)(long)Value;
}

/// <summary>The fields of a protobuf message, in their order. Every length is held against what is there before it is used.</summary>
internal static class ProtobufReader
{
    /// <summary>Reads a message.</summary>
    /// <param name="at">File, for the error.</param>
    /// <param name="message">The message.</param>
    public static Either<FloeError, IReadOnlyList<ProtobufField>> Read(string at, ReadOnlyMemory<byte> message)
    {
        List<ProtobufField> fields = [];
        int place = 0;
        while (place < message.Length)
        {
            if (Varint(message.Span, ref place) is not ulong key || Field(message, key, ref place) is not ProtobufField field)
            {
                return new FloeError.BadData(
                    $"{at}, byte {place}", "a protobuf message, as SentencePiece writes its models", "something else",
                        "Fetch the file again.");
            }

            fields.Add(field);
        }

        return fields;
    }

    private static ProtobufField? Field(ReadOnlyMemory<byte> message, ulong key, ref int place)
    {
        int number = (int)Math.Min(key >> 3, int.MaxValue);
        int left = message.Length - place;
        switch (key & 7)
        {
            case 0 when Varint(message.Span, ref place) is ulong value:
                return new ProtobufField(number, value, default);
            case 1 when left >= 8:
                place += 8;
                return new ProtobufField(number, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[(place - 8)..]), default);
            case 5 when left >= 4:
                place += 4;
                return new ProtobufField(number, BinaryPrimitives.ReadUInt32LittleEndian(message.Span[(place - 4)..]), default);
            case 2 when Varint(message.Span, ref place) is ulong length && length <= (ulong)(message.Length - place):
                place += (int)length;
                return new ProtobufField(number, 0, message.Slice(place - (int)length, (int)length));
            default:
                return null;
        }
    }

    private static ulong? Varint(ReadOnlySpan<byte> bytes, ref int place)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && place < bytes.Length; shift += 7)
        {
            byte next = bytes[place++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        return null;
    }
}
