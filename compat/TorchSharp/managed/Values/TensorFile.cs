using System;
using System.IO;
using System.Linq;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A tensor in a binary stream: type, number of dimensions and lengths as 7-bit encoded integers, then the bytes.</summary>
internal static class TensorFile
{
    private const int Buffer = 1 << 20;

    internal static void WriteCount(BinaryWriter writer, long count) => writer.Write7BitEncodedInt64(count);

    internal static long ReadCount(BinaryReader reader) => reader.Read7BitEncodedInt64();

    internal static void Write(BinaryWriter writer, Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor local = tensor.cpu().contiguous();
        WriteCount(writer, (long)local.dtype);
        WriteCount(writer, local.ndim);
        foreach (long length in local.shape)
        {
            WriteCount(writer, length);
        }

        writer.Flush();
        local.WriteBytesToStream(writer.BaseStream, Buffer);
    }

    internal static Tensor Read(BinaryReader reader)
    {
        (ScalarType type, long[] lengths) = ReadHeader(reader);
        Tensor tensor = empty(lengths, type);
        tensor.ReadBytesFromStream(reader.BaseStream, Buffer);
        return tensor;
    }

    /// <summary>Reads into a tensor of the same type and shape.</summary>
    internal static void ReadInto(BinaryReader reader, Tensor tensor, bool skip)
    {
        (ScalarType type, long[] lengths) = ReadHeader(reader);
        if (type != tensor.dtype)
        {
            throw new ArgumentException($"Mismatched tensor data types while loading: expected {tensor.dtype}, found {type}.");
        }

        if (skip)
        {
            reader.BaseStream.Seek(lengths.TotalSize() * type.ElementSize(), SeekOrigin.Current);
            return;
        }

        if (!lengths.SequenceEqual(tensor.shape))
        {
            throw new ArgumentException(
                $"Mismatched tensor shape while loading: expected [{string.Join(", ", tensor.shape)}], found [{string.Join(", ", lengths)}].");
        }

        using IDisposable guard = no_grad();
        using Tensor stored = empty(lengths, type);
        stored.ReadBytesFromStream(reader.BaseStream, Buffer);
        tensor.copy_(stored);
    }

    private static (ScalarType Type, long[] Lengths) ReadHeader(BinaryReader reader)
    {
        ScalarType type = (ScalarType)ReadCount(reader);
        long dimensions = ReadCount(reader);
        if (ElementTypes.Of(type) is null || dimensions is < 0 or > 64)
        {
            throw new InvalidDataException("not a stored tensor");
        }

        long[] lengths = Enumerable.Range(0, (int)dimensions).Select(_ => ReadCount(reader)).ToArray();
        return lengths.All(length => length >= 0) ? (type, lengths) : throw new InvalidDataException("a stored tensor has a negative length");
    }
}
