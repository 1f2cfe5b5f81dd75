namespace TorchSharp
{
    public enum DeviceType
    {
        CPU = 0,
        CUDA = 1,
        MKLDNN = 2,
        OPENGL = 3,
        OPENCL = 4,
        IDEEP = 5,
        HIP = 6,
        FPGA = 7,
        MSNPU = 8,
        XLA = 9,
        MPS = 13,
        META = 14,
    }

    public enum PaddingModes
    {
        Constant = -1,
        Zeros = 0,
        Reflect = 1,
        Replicate = 2,
        Circular = 3,
    }

    public enum TensorStringStyle
    {
        Default,
        Metadata,
        Julia,
        Numpy,
        CSharp,
    }

    public static partial class torch
    {
        public enum ScalarType : sbyte
        {
            Byte = 0,
            Int8 = 1,
            Int16 = 2,
            Int32 = 3,
            Int64 = 4,
            Float16 = 5,
            Float32 = 6,
            Float64 = 7,
            ComplexFloat32 = 9,
            ComplexFloat64 = 10,
            Bool = 11,
            QInt8 = 12,
            QUInt8 = 13,
            QInt32 = 14,
            BFloat16 = 15,
        }

        public enum RoundingMode
        {
            None,
            trunc,
            floor,
        }

        public static partial class nn
        {
            public enum Reduction : long
            {
                None = 0,
                Mean = 1,
                Sum = 2,
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class GELU
    {
        private GELU()
        {
        }

        public enum Approximate
        {
            none,
            tanh,
        }
    }
}
