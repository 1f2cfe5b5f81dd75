using System.Runtime.InteropServices;
using LanguageExt;

namespace Floe.Effects.Formats.Safetensors;

/// <summary>
/// A tensor to be written. Its bytes are asked for when its turn comes, so that only one tensor need be in memory, and in pieces, so that
/// it may be larger than an array.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Row-major shape.</param>
/// <param name="Pieces">The values, little endian, as many bytes as shape and type need; a piece is valid until the next is asked
/// for.</param>
internal sealed record OutgoingTensor(string Name, ElementType Type, Arr<long> Shape, Func<IEnumerable<ReadOnlyMemory<byte>>> Pieces)
{
    private const int PieceValues = 1 << 18;

    /// <summary>A float32 tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">Its values.</param>
    public static OutgoingTensor Float32(string name, Arr<long> shape, Func<ReadOnlyMemory<float>> values) =>
        Of(name, ElementType.F32, shape, values, sizeof(float), static (from, to) => MemoryMarshal.AsBytes(from).CopyTo(to));

    /// <summary>A bfloat16 tensor of float32 values, each rounded to nearest, ties to even.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">Its values.</param>
    public static OutgoingTensor BFloat16(string name, Arr<long> shape, Func<ReadOnlyMemory<float>> values) =>
        Of(name, ElementType.BF16, shape, values, sizeof(ushort), static (from, to) =>
            SmallFloats.SingleToBrain(from, MemoryMarshal.Cast<byte, ushort>(to)));

    /// <summary>An int64 tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">Its values.</param>
    public static OutgoingTensor Int64(string name, Arr<long> shape, Func<ReadOnlyMemory<long>> values) =>
        Of(name, ElementType.I64, shape, values, sizeof(long), static (from, to) => MemoryMarshal.AsBytes(from).CopyTo(to));

    /// <summary>Bytes that its shape and type need.</summary>
    public long Length => checked(Shape.Fold(1L, (product, size) => checked(product * size)) * ElementTypes.BytesOf(Type));

    private delegate void Encode<T>(ReadOnlySpan<T> from, Span<byte> to);

    private static OutgoingTensor Of<T>(
        string name, ElementType type, Arr<long> shape, Func<ReadOnlyMemory<T>> values, int width, Encode<T> encode)
    {
        return new OutgoingTensor(name, type, shape, Encoded);

        IEnumerable<ReadOnlyMemory<byte>> Encoded()
        {
            ReadOnlyMemory<T> all = values();
            byte[] buffer = new byte[Math.Min(PieceValues, all.Length) * width];
            for (int at = 0; at < all.Length; at += PieceValues)
            {
                int count = Math.Min(PieceValues, all.Length - at);
                encode(all.Span.Slice(at, count), buffer.AsSpan(0, count * width));
                yield return buffer.AsMemory(0, count * width);
            }
        }
    }
}
