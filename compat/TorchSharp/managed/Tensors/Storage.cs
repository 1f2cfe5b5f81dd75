using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The memory under a tensor, as a flat list.</summary>
    public abstract class Storage
    {
        internal readonly Tensor flat;

        internal Storage(Tensor tensor) => flat = tensor.contiguous().view(-1).DetachFromDisposeScope();

        public abstract int element_size();

        public unsafe IntPtr data_ptr() => (IntPtr)flat.DataPointer();

        public ulong nbytes() => (ulong)(flat.NumberOfElements * flat.ElementSize);
    }

    /// <summary>The elements of a contiguous tensor; written values show in the tensor.</summary>
    public sealed class Storage<T> : Storage, IDisposable, IEnumerable<T> where T : unmanaged
    {
        internal Storage(Tensor tensor)
            : base(tensor)
        {
        }

        public Device device => flat.device;

        public int Count => (int)flat.NumberOfElements;

        public bool IsReadOnly => false;

        public T this[int index]
        {
            get => Elements[index];
            set => Elements[index] = value;
        }

        private Utils.TensorAccessor<T> Elements => flat.data<T>();

        public override unsafe int element_size() => sizeof(T);

        public T[] ToArray() => Elements.ToArray();

        public IList<T> tolist() => ToArray();

        public void copy_(IList<T> array) => CopyFrom(array, 0);

        public void fill_(T value)
        {
            for (int i = 0; i < Count; i++)
            {
                this[i] = value;
            }
        }

        public bool Contains(T item) => IndexOf(item) >= 0;

        public int IndexOf(T item) => Array.IndexOf(ToArray(), item);

        public void CopyTo(IList<T> array, int arrayIndex)
        {
            foreach (T value in this)
            {
                array[arrayIndex++] = value;
            }
        }

        public void CopyFrom(IList<T> array, int arrayIndex)
        {
            for (int i = 0; i < Count && arrayIndex + i < array.Count; i++)
            {
                this[i] = array[arrayIndex + i];
            }
        }

        public IEnumerator<T> GetEnumerator() => ToArray().AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public void Dispose() => flat.Dispose();
    }

    public partial class Tensor
    {
        public Storage<T> storage<T>() where T : unmanaged => new(this);
    }
}
