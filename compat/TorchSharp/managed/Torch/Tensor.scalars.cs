using System;

namespace TorchSharp;

/// <summary>A tensor without dimensions from one number.</summary>
public static partial class torch
{
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Copied<bool>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(byte scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Copied<byte>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(sbyte scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Copied<sbyte>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(short scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Copied<short>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(int scalar, Device device = null, bool requires_grad = false) =>
        Copied<int>([scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Copied<long>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(Half scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Copied<Half>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(BFloat16 scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Copied<BFloat16>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(float scalar, Device device = null, bool requires_grad = false) =>
        Copied<float>([scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Copied<double>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(
        (double, double) scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        tensor(scalar.Item1, scalar.Item2, dtype, device, requires_grad);

    public static Tensor tensor(
        double real, double imaginary, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Copied<System.Numerics.Complex>([new(real, imaginary)], [], dtype, device, requires_grad, null);

    public static Tensor tensor(
        float real, float imaginary, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Copied<(float, float)>([(real, imaginary)], [], dtype, device, requires_grad, null);
}
