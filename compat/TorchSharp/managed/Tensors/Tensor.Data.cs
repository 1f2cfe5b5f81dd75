using System;
using System.IO;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The elements as .NET sees them. Types must match exactly; memory must be the CPU's.</summary>
    public partial class Tensor
    {
        public Span<byte> bytes
        {
            get
            {
                long length = RawLength();
                if (length > int.MaxValue)
                {
                    throw new ArgumentException("Span only supports up to int.MaxValue elements.");
                }

                unsafe
                {
                    return new Span<byte>(DataPointer(), (int)length);
                }
            }

            set
            {
                if (RawLength() != value.Length)
                {
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                }

                value.CopyTo(bytes);
            }
        }

        public Utils.TensorAccessor<T> data<T>() where T : unmanaged
        {
            CheckElement(typeof(T));
            return new Utils.TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        public T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1)
            {
                throw new ArgumentException("Number of elements in the tensor must be 1");
            }

            CheckElement(typeof(T));
            if (device_type == DeviceType.CPU)
            {
                return First<T>();
            }

            using Tensor local = cpu();
            return local.First<T>();
        }

        public Scalar ToScalar()
        {
            if (NumberOfElements != 1)
            {
                throw new System.Runtime.InteropServices.ExternalException(
                    "a Tensor with " + NumberOfElements.ToString(System.Globalization.CultureInfo.InvariantCulture) + " elements cannot be converted to Scalar");
            }

            return dtype switch
            {
                ScalarType.Byte => item<byte>(),
                ScalarType.Int8 => item<sbyte>(),
                ScalarType.Int16 => item<short>(),
                ScalarType.Int32 => item<int>(),
                ScalarType.Int64 => item<long>(),
                ScalarType.Bool => item<bool>(),
                ScalarType.Float16 => item<Half>(),
                ScalarType.BFloat16 => item<BFloat16>(),
                ScalarType.Float32 => item<float>(),
                ScalarType.Float64 => item<double>(),
                ScalarType.ComplexFloat32 => item<(float, float)>(),
                ScalarType.ComplexFloat64 => item<System.Numerics.Complex>(),
                _ => throw new ArgumentException($"{dtype} has no scalar"),
            };
        }

        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            long length = RawLength();
            byte* at = (byte*)DataPointer();
            for (long done = 0; done < length;)
            {
                int part = (int)Math.Min(length - done, bufferSize);
                stream.Write(new ReadOnlySpan<byte>(at + done, part));
                done += part;
            }

            GC.KeepAlive(this);
        }

        public unsafe void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            long length = RawLength();
            byte* at = (byte*)DataPointer();
            for (long done = 0; done < length;)
            {
                int part = stream.Read(new Span<byte>(at + done, (int)Math.Min(length - done, bufferSize)));
                done += part > 0 ? part : throw new EndOfStreamException();
            }

            GC.KeepAlive(this);
        }

        public override string ToString() => Describe();

        internal unsafe void* DataPointer()
        {
            void* pointer = NativeMethods.Data(Handle);
            GC.KeepAlive(this);
            return pointer is not null || NumberOfElements == 0 ? pointer : throw NativeMethods.LastError();
        }

        private unsafe T First<T>() where T : unmanaged
        {
            T value = *(T*)DataPointer();
            GC.KeepAlive(this);
            return value;
        }

        private long RawLength()
        {
            TensorFacts facts = Facts;
            if (facts.IsContiguous == 0)
            {
                throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
            }

            return facts.DeviceType == (int)DeviceType.CPU
                ? facts.Elements * facts.ElementSize
                : throw new InvalidOperationException(
                    "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        }

        private void CheckElement(Type element)
        {
            if (ElementTypes.Of(dtype) is { } exact && exact != element)
            {
                throw new ArgumentException($"{element.Name} is not compatible with {dtype}");
            }
        }
    }
}
