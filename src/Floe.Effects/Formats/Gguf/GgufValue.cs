using System.Buffers.Binary;
using System.Globalization;
using LanguageExt;

namespace Floe.Effects.Formats.Gguf;

/// <summary>Value types of GGUF metadata, by their numbers in the file.</summary>
internal enum GgufType
{
    /// <summary>Unsigned byte.</summary>
    Uint8 = 0,

    /// <summary>Signed byte.</summary>
    Int8 = 1,

    /// <summary>16-bit unsigned integer.</summary>
    Uint16 = 2,

    /// <summary>16-bit signed integer.</summary>
    Int16 = 3,

    /// <summary>32-bit unsigned integer.</summary>
    Uint32 = 4,

    /// <summary>32-bit signed integer.</summary>
    Int32 = 5,

    /// <summary>IEEE single.</summary>
    Float32 = 6,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 7,

    /// <summary>UTF-8 with a 64-bit length.</summary>
    String = 8,

    /// <summary>Element type, 64-bit count, values.</summary>
    Array = 9,

    /// <summary>64-bit unsigned integer.</summary>
    Uint64 = 10,

    /// <summary>64-bit signed integer.</summary>
    Int64 = 11,

    /// <summary>IEEE double.</summary>
    Float64 = 12,
}

/// <summary>A value of GGUF metadata.</summary>
internal abstract record GgufValue
{
    private GgufValue()
    {
    }

    /// <summary>A number or boolean.</summary>
    /// <param name="Stored">Its type and its one value.</param>
    public sealed record Scalar(GgufNumbers Stored) : GgufValue;

    /// <summary>A string.</summary>
    /// <param name="Value">The text.</param>
    public sealed record Text(string Value) : GgufValue;

    /// <summary>An array of numbers or booleans.</summary>
    /// <param name="Stored">Element type and values.</param>
    public sealed record Numbers(GgufNumbers Stored) : GgufValue;

    /// <summary>An array of strings.</summary>
    /// <param name="Values">The texts.</param>
    public sealed record Texts(Arr<string> Values) : GgufValue;

    /// <summary>An array of arrays.</summary>
    /// <param name="Values">The inner arrays.</param>
    public sealed record Nested(Arr<GgufValue> Values) : GgufValue;

    /// <summary>The type that the file gives to this value.</summary>
    public GgufType Type => this switch
    {
        Scalar scalar => scalar.Stored.Type,
        Text => GgufType.String,
        _ => GgufType.Array,
    };

    /// <summary>What a message says was found.</summary>
    public string Words => this switch
    {
        Scalar scalar => $"{scalar.Stored.Type} {scalar.Stored.WordsAt(0)}",
        Text text => text.Value.Length <= 60 ? $"the string \"{text.Value}\"" : $"a string of {text.Value.Length} characters",
        Numbers numbers => $"an array of {numbers.Stored.Count} {numbers.Stored.Type}",
        Texts texts => $"an array of {texts.Values.Count} strings",
        _ => "an array of arrays",
    };
}

/// <summary>Numbers of one type as the file stores them, so that an array costs its own size and 64-bit integers stay exact.</summary>
/// <param name="Type">A numeric type or <see cref="GgufType.Bool"/>.</param>
/// <param name="Bytes">The values, little endian.</param>
internal sealed record GgufNumbers(GgufType Type, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Bytes of one value of a numeric type, 0 for strings and arrays.</summary>
    public static int WidthOf(GgufType type) => type switch
    {
        GgufType.Uint8 or GgufType.Int8 or GgufType.Bool => 1,
        GgufType.Uint16 or GgufType.Int16 => 2,
        GgufType.Uint32 or GgufType.Int32 or GgufType.Float32 => 4,
        GgufType.Uint64 or GgufType.Int64 or GgufType.Float64 => 8,
        _ => 0,
    };

    /// <summary>How many values there are.</summary>
    public int Count => Bytes.Length / WidthOf(Type);

    /// <summary>Whether the type is a floating one.</summary>
    public bool IsReal => Type is GgufType.Float32 or GgufType.Float64;

    /// <summary>A value as a double; integers beyond 2^53 are rounded, a boolean is 0 or 1.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public double RealAt(int index) => Type switch
    {
        GgufType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(At(index)),
        GgufType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(At(index)),
        _ => (double)WholeAt(index),
    };

    /// <summary>An integer or boolean, exact.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public Int128 WholeAt(int index) => Type switch
    {
        GgufType.Uint8 or GgufType.Bool => At(index)[0],
        GgufType.Int8 => (sbyte)At(index)[0],
        GgufType.Uint16 => BinaryPrimitives.ReadUInt16LittleEndian(At(index)),
        GgufType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(At(index)),
        GgufType.Uint32 => BinaryPrimitives.ReadUInt32LittleEndian(At(index)),
        GgufType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(At(index)),
        GgufType.Uint64 => BinaryPrimitives.ReadUInt64LittleEndian(At(index)),
        GgufType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(At(index)),
        _ => (Int128)RealAt(index),
    };

    /// <summary>A value in words.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public string WordsAt(int index) => IsReal
        ? RealAt(index).ToString("R", CultureInfo.InvariantCulture)
        : WholeAt(index).ToString(CultureInfo.InvariantCulture);

    private ReadOnlySpan<byte> At(int index) => Bytes.Span.Slice(index * WidthOf(Type), WidthOf(Type));
}
