using System;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>To other types and devices, and copies.</summary>
    public partial class Tensor
    {
        public Tensor cpu() => to(DeviceType.CPU);

        public Tensor cuda(Device device = null, bool non_blocking = false) =>
            to(device is null ? new Device(DeviceType.CUDA) : device, non_blocking: non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(Aten.Call("to.dtype", this, type, non_blocking, copy), disposeAfter);

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(Aten.Call("to.device", this, new Device(deviceType, deviceIndex), dtype, non_blocking, copy), disposeAfter);

        public Tensor to(
            ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            After(Aten.Call("to.device", this, device ?? CPU, type, non_blocking, copy), disposeAfter);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(device.type, device.index, copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        public Tensor type(ScalarType dtype) => to_type(dtype);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor clone() => Aten.Call("clone", this);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => Aten.InPlace(this, "copy_", this, source, nonBlocking);

        public Tensor contiguous() => Aten.Call("contiguous", this);

        public Tensor pin_memory() => Aten.Call("pin_memory", this);

        public Tensor detach() => Aten.Call("detach", this);

        public Tensor detach_() => Aten.InPlace(this, "detach_", this);

        private Tensor After(Tensor result, bool disposeThis)
        {
            if (disposeThis)
            {
                Dispose();
            }

            return result;
        }
    }
}
