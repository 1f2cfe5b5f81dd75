using System.Runtime.InteropServices;
using LanguageExt;

namespace Floe.Effects.Formats.Safetensors;

/// <summary>A tensor to be written. Its bytes are asked for when its turn comes, so that only one tensor need be in memory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Row-major shape.</param>
/// <param name="Bytes">The values, little endian, as many bytes as shape and type need.</param>
public sealed record OutgoingTensor(string Name, ElementType Type, Arr<long> Shape, Func<ReadOnlyMemory<byte>> Bytes)
{
    /// <summary>A float32 tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">Its values.</param>
    public static OutgoingTensor Float32(string name, Arr<long> shape, Func<ReadOnlyMemory<float>> values) =>
        new(name, ElementType.F32, shape, () => MemoryMarshal.AsBytes(values().Span).ToArray());

    /// <summary>A bfloat16 tensor of float32 values, each rounded to nearest, ties to even.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">Its values.</param>
    public static OutgoingTensor BFloat16(string name, Arr<long> shape, Func<ReadOnlyMemory<float>> values) =>
        new(name, ElementType.BF16, shape, () =>
        {
            ReadOnlySpan<float> singles = values().Span;
            byte[] rounded = new byte[singles.Length * sizeof(ushort)];
            SmallFloats.SingleToBrain(singles, MemoryMarshal.Cast<byte, ushort>(rounded.AsSpan()));
            return rounded;
        });

    /// <summary>An int64 tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">Its values.</param>
    public static OutgoingTensor Int64(string name, Arr<long> shape, Func<ReadOnlyMemory<long>> values) =>
        new(name, ElementType.I64, shape, () => MemoryMarshal.AsBytes(values().Span).ToArray());

    /// <summary>Bytes that its shape and type need.</summary>
    public long Length => checked(Shape.Fold(1L, (product, size) => checked(product * size)) * ElementTypes.BytesOf(Type));
}
