using System;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Shape, type and place.</summary>
    public partial class Tensor
    {
        private unsafe TensorFacts Facts
        {
            get
            {
                TensorFacts facts;
                NativeMethods.Check(NativeMethods.Facts(Handle, &facts));
                GC.KeepAlive(this);
                return facts;
            }
        }

        public long Dimensions => Facts.Dimensions;

        public long ndim => Dimensions;

        public long NumberOfElements => Facts.Elements;

        public long ElementSize => Facts.ElementSize;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public bool is_leaf => Facts.IsLeaf != 0;

        public bool is_sparse => Facts.IsSparse != 0;

        public ScalarType dtype => (ScalarType)Facts.ScalarType;

        public Device device
        {
            get
            {
                TensorFacts facts = Facts;
                return new Device((DeviceType)facts.DeviceType, facts.DeviceIndex);
            }
        }

        public int device_index => Facts.DeviceIndex;

        public DeviceType device_type => (DeviceType)Facts.DeviceType;

        public unsafe long[] shape
        {
            get
            {
                long[] sizes = new long[Dimensions];
                fixed (long* start = sizes)
                {
                    NativeMethods.Check(NativeMethods.Sizes(Handle, start, null));
                }

                GC.KeepAlive(this);
                return sizes;
            }
        }

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public long size(int dim) => Along(shape, dim);

        public long[] size() => shape;

        public unsafe long[] stride()
        {
            long[] strides = new long[Dimensions];
            fixed (long* start = strides)
            {
                NativeMethods.Check(NativeMethods.Sizes(Handle, null, start));
            }

            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim) => Along(stride(), dim);

        public bool is_contiguous() => Facts.IsContiguous != 0;

        public bool is_pinned() => Aten.Bool("is_pinned", this);

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        private static long Along(long[] lengths, int dim) => (uint)(dim < 0 ? dim + lengths.Length : dim) < (uint)lengths.Length
            ? lengths[dim < 0 ? dim + lengths.Length : dim]
            : throw new System.Runtime.InteropServices.ExternalException(
                $"Dimension out of range (expected to be in range of [{-Math.Max(lengths.Length, 1)}, {Math.Max(lengths.Length, 1) - 1}], but got {dim})");

        internal string Describe() => $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";
    }
}
