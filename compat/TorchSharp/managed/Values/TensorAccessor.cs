using System;
using System.Collections;
using System.Collections.Generic;

namespace TorchSharp.Utils;

/// <summary>The elements of a CPU tensor in row-major order, read and written in place whatever its strides.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly long[] shape;
    private readonly long[] strides;
    private readonly bool contiguous;
    private torch.Tensor tensor;
    private T* data;

    internal TensorAccessor(torch.Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU)
        {
            throw new InvalidOperationException(
                "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        }

        (shape, strides, contiguous) = (tensor.shape, tensor.stride(), tensor.is_contiguous());
        data = (T*)tensor.DataPointer();
        this.tensor = tensor;
    }

    public long Count => tensor is null ? 0 : tensor.NumberOfElements;

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => data[Offset(indices)];
        set => data[Offset(indices)] = value;
    }

    public T[] ToArray()
    {
        T[] result = new T[Count];
        CopyTo(result);
        return result;
    }

    public Array ToNDArray()
    {
        if (shape.Length < 2)
        {
            return ToArray();
        }

        Array result = Array.CreateInstance(typeof(T), shape);
        T[] flat = ToArray();
        long[] at = new long[shape.Length];
        foreach (T value in flat)
        {
            result.SetValue(value, at);
            Advance(at);
        }

        return result;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        int count = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        Span<T> into = array.Slice(arrayIndex, Math.Max(count, 0));
        if (contiguous)
        {
            new Span<T>(data + tensorIndex, into.Length).CopyTo(into);
        }
        else
        {
            for (int i = 0; i < into.Length; i++)
            {
                into[i] = data[Offset(tensorIndex + i)];
            }
        }

        GC.KeepAlive(tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        int count = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        ReadOnlySpan<T> from = array.Slice(arrayIndex, Math.Max(count, 0));
        for (int i = 0; i < from.Length; i++)
        {
            data[contiguous ? tensorIndex + i : Offset(tensorIndex + i)] = from[i];
        }

        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
        {
            yield return At(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Same length and, element by element, equal values.</summary>
    public override bool Equals(object obj) =>
        obj is TensorAccessor<T> other && ((ReadOnlySpan<T>)ToArray()).SequenceEqual(other.ToArray(), EqualityComparer<T>.Default);

    public override int GetHashCode() => data is null ? 0 : ((nint)data).GetHashCode();

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !(left == right);

    /// <summary>Lets go of the tensor without freeing it.</summary>
    public void Dispose()
    {
        tensor = null;
        data = null;
    }

    private T At(long linear) => data[Offset(linear)];

    private long Offset(params ReadOnlySpan<long> indices)
    {
        ObjectDisposedException.ThrowIf(tensor is null, this);
        if (indices.Length == 1)
        {
            return Offset(indices[0]);
        }

        long offset = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            offset += (uint)i < (uint)shape.Length && indices[i] >= 0 && indices[i] < shape[i]
                ? indices[i] * strides[i]
                : throw new IndexOutOfRangeException();
        }

        return offset;
    }

    private long Offset(long linear)
    {
        if (linear < 0 || linear >= Count)
        {
            throw new IndexOutOfRangeException();
        }

        long offset = 0;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            (linear, long index) = Math.DivRem(linear, shape[i]);
            offset += index * strides[i];
        }

        return offset;
    }

    private void Advance(long[] at)
    {
        for (int i = at.Length - 1; i >= 0 && ++at[i] == shape[i]; i--)
        {
            at[i] = 0;
        }
    }
}
