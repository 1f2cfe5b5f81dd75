using System;
using System.Linq;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Moving a module's tensors to another device or floating type, in place of the old ones.</summary>
        public partial class Module
        {
            public Module _to(Tensor other, bool non_blocking)
            {
                _toEpilog(other.dtype, other.device, non_blocking);
                return this;
            }

            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                _toEpilog(dtype, device, non_blocking);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                _toEpilog(deviceType, deviceIndex, non_blocking);
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                _toEpilog(dtype, non_blocking);
                return this;
            }

            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, (Device)null, non_blocking);

            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            protected virtual void _toEpilog(ScalarType? dtype, Device device, bool non_blocking)
            {
                foreach (Module child in children())
                {
                    child._toEpilog(dtype, device, non_blocking);
                }

                foreach ((string key, Parameter parameter) in _internal_params.Pairs.ToList())
                {
                    if (ReplaceParameter(dtype, device, parameter, out Parameter moved))
                    {
                        _internal_params[key] = moved;
                        Reassign(parameter, moved);
                        parameter.Dispose();
                    }
                }

                foreach ((string key, (Tensor buffer, bool persistent)) in _internal_buffers.Pairs.ToList())
                {
                    if (ReplaceBuffer(dtype, device, buffer, out Tensor moved))
                    {
                        _internal_buffers[key] = (moved, persistent);
                        Reassign(buffer, moved);
                        buffer.Dispose();
                    }
                }

                (_deviceType, _deviceIndex) = device is null ? (_deviceType, _deviceIndex) : (device.type, device.index);
            }

            protected static bool ReplaceBuffer(ScalarType? dtype, Device device, Tensor buffer, out Tensor result)
            {
                result = Moved(dtype, device, buffer)?.DetachFromDisposeScope();
                return result is not null;
            }

            protected static bool ReplaceParameter(ScalarType? dtype, Device device, Parameter param, out Parameter p)
            {
                p = null;
                if (Moved(dtype, device, param) is not Tensor moved)
                {
                    return false;
                }

                p = new Parameter(moved, param.requires_grad);
                p.DetachFromDisposeScope();
                using Tensor grad = param.grad;
                if (grad is not null)
                {
                    using Tensor movedGrad = grad.to(p.dtype, p.device);
                    p.grad = movedGrad;
                }

                return true;
            }

            protected static (Device device, ScalarType dtype) GetDefaultDeviceAndType(Device device = null, ScalarType? dtype = null) =>
                (InitializeDevice(device), dtype ?? get_default_dtype());

            /// <summary>The tensor elsewhere; null where it is already there. Only floating tensors change type.</summary>
            private static Tensor Moved(ScalarType? dtype, Device device, Tensor tensor)
            {
                if (tensor is null)
                {
                    return null;
                }

                ScalarType type = dtype is ScalarType wanted && tensor.is_floating_point() ? wanted : tensor.dtype;
                Device place = device ?? tensor.device;
                bool there = type == tensor.dtype && place.type == tensor.device_type && (place.index < 0 || place.index == tensor.device_index);
                if (there)
                {
                    return null;
                }

                using IDisposable guard = no_grad();
                return tensor.to(type, place, copy: true);
            }

            /// <summary>Points the fields that held the old tensor at the new one.</summary>
            private void Reassign(Tensor before, Tensor after)
            {
                const System.Reflection.BindingFlags own = System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic
                    | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.DeclaredOnly;
                for (Type type = GetType(); type != typeof(Module) && type is not null; type = type.BaseType)
                {
                    foreach (System.Reflection.FieldInfo field in type.GetFields(own))
                    {
                        if (ReferenceEquals(field.GetValue(this), before))
                        {
                            field.SetValue(this, after);
                        }
                    }
                }
            }
        }
    }
}
