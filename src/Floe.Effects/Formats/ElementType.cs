using System.Buffers.Binary;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>Element types of safetensors, in the order in which the safetensors library sorts them.</summary>
internal enum ElementType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>Signed byte.</summary>
    I8,

    /// <summary>8-bit float, 5 exponent bits, with infinities.</summary>
    F8E5M2,

    /// <summary>8-bit float, 4 exponent bits, no infinities (the <c>fn</c> kind).</summary>
    F8E4M3,

    /// <summary>8-bit power of two, 2^(byte − 127); 0xFF is NaN.</summary>
    F8E8M0,

    /// <summary>16-bit signed integer.</summary>
    I16,

    /// <summary>16-bit unsigned integer.</summary>
    U16,

    /// <summary>IEEE half.</summary>
    F16,

    /// <summary>The upper half of an IEEE single.</summary>
    BF16,

    /// <summary>32-bit signed integer.</summary>
    I32,

    /// <summary>32-bit unsigned integer.</summary>
    U32,

    /// <summary>IEEE single.</summary>
    F32,

    /// <summary>IEEE double.</summary>
    F64,

    /// <summary>64-bit signed integer.</summary>
    I64,

    /// <summary>64-bit unsigned integer.</summary>
    U64,
}

/// <summary>Names, widths and conversions of <see cref="ElementType"/>. Stored values are little endian.</summary>
internal static class ElementTypes
{
    private static readonly Dictionary<string, ElementType> ByName = Enum.GetValues<ElementType>()
        .ToDictionary(NameOf, StringComparer.Ordinal);
    private static readonly string[] LibraryOnly = ["C64", "F4", "F6_E2M3", "F6_E3M2", "F8_E4M3FNUZ", "F8_E5M2FNUZ"];

    /// <summary>The type's name in a safetensors header.</summary>
    public static string NameOf(ElementType type) => type switch
    {
        ElementType.Bool => "BOOL",
        ElementType.F8E5M2 => "F8_E5M2",
        ElementType.F8E4M3 => "F8_E4M3",
        ElementType.F8E8M0 => "F8_E8M0",
        _ => type.ToString(),
    };

    /// <summary>Bytes of one value.</summary>
    public static int BytesOf(ElementType type) => type switch
    {
        <= ElementType.F8E8M0 => 1,
        <= ElementType.BF16 => 2,
        <= ElementType.F32 => 4,
        _ => 8,
    };

    /// <summary>The type of a header's name; names that only the safetensors library knows are
    /// <see cref="FloeError.Unsupported"/>.</summary>
    public static Either<FloeError, ElementType> Parse(string at, string name)
    {
        if (ByName.TryGetValue(name, out ElementType type))
        {
            return type;
        }

        string known = string.Join(", ", ByName.Keys);
        return LibraryOnly.Contains(name)
            ? new FloeError.Unsupported(at, $"element type {name}", known, "Convert the tensor to one of these types.")
            : new FloeError.BadData(at, $"an element type ({known})", $"'{name}'", "Write the file again.");
    }

    /// <summary>The function that widens or narrows stored values to float32, each rounded to nearest.</summary>
    internal static Decode<float> ToFloat32(ElementType type) => type switch
    {
        ElementType.Bool => static (s, d) => Each(s, d, 1, static b => b[0] == 0 ? 0f : 1f),
        ElementType.U8 => static (s, d) => Each(s, d, 1, static b => (float)b[0]),
        ElementType.I8 => static (s, d) => Each(s, d, 1, static b => (float)(sbyte)b[0]),
        ElementType.F8E5M2 => static (s, d) => Each(s, d, 1, static b => (float)BitConverter.UInt16BitsToHalf((ushort)(b[0] << 8))),
        ElementType.F8E4M3 => static (s, d) => Each(s, d, 1, static b => SmallFloats.E4M3(b[0])),
        ElementType.F8E8M0 => static (s, d) => Each(s, d, 1, static b => SmallFloats.E8M0(b[0])),
        ElementType.I16 => static (s, d) => Each(s, d, 2, static b => (float)BinaryPrimitives.ReadInt16LittleEndian(b)),
        ElementType.U16 => static (s, d) => Each(s, d, 2, static b => (float)BinaryPrimitives.ReadUInt16LittleEndian(b)),
        ElementType.F16 => SmallFloats.HalfToSingle,
        ElementType.BF16 => SmallFloats.BrainToSingle,
        ElementType.I32 => static (s, d) => Each(s, d, 4, static b => (float)BinaryPrimitives.ReadInt32LittleEndian(b)),
        ElementType.U32 => static (s, d) => Each(s, d, 4, static b => (float)BinaryPrimitives.ReadUInt32LittleEndian(b)),
        ElementType.F32 => static (s, d) => Each(s, d, 4, BinaryPrimitives.ReadSingleLittleEndian),
        ElementType.F64 => static (s, d) => Each(s, d, 8, static b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b)),
        ElementType.I64 => static (s, d) => Each(s, d, 8, static b => (float)BinaryPrimitives.ReadInt64LittleEndian(b)),
        _ => static (s, d) => Each(s, d, 8, static b => (float)BinaryPrimitives.ReadUInt64LittleEndian(b)),
    };

    /// <summary>The function that reads integers, null for the floating types and for U64, whose values need not fit.</summary>
    internal static Decode<long>? ToInt64(ElementType type) => type switch
    {
        ElementType.Bool or ElementType.U8 => static (s, d) => Each(s, d, 1, static b => (long)b[0]),
        ElementType.I8 => static (s, d) => Each(s, d, 1, static b => (long)(sbyte)b[0]),
        ElementType.I16 => static (s, d) => Each(s, d, 2, static b => (long)BinaryPrimitives.ReadInt16LittleEndian(b)),
        ElementType.U16 => static (s, d) => Each(s, d, 2, static b => (long)BinaryPrimitives.ReadUInt16LittleEndian(b)),
        ElementType.I32 => static (s, d) => Each(s, d, 4, static b => (long)BinaryPrimitives.ReadInt32LittleEndian(b)),
        ElementType.U32 => static (s, d) => Each(s, d, 4, static b => (long)BinaryPrimitives.ReadUInt32LittleEndian(b)),
        ElementType.I64 => static (s, d) => Each(s, d, 8, BinaryPrimitives.ReadInt64LittleEndian),
        _ => null,
    };

    internal delegate T ReadOne<out T>(ReadOnlySpan<byte> bytes);

    internal static void Each<T>(ReadOnlySpan<byte> source, Span<T> destination, int width, ReadOne<T> read)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = read(source.Slice(i * width, width));
        }
    }
}
