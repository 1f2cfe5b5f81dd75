namespace TorchSharp;

/// <summary>Ones.</summary>
public static partial class torch
{
    public static Tensor ones(
        long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        Made("ones", dtype, device, requires_grad, names, size);

    public static Tensor ones(
        long size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        ones(new[] { size }, dtype, device, requires_grad, names);

    public static Tensor ones(
        long rows, long columns, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        ones(new[] { rows, columns }, dtype, device, requires_grad, names);

    public static Tensor ones(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        ones(new[] { dim0, dim1, dim2 }, dtype, device, requires_grad, names);

    public static Tensor ones(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        ones(new[] { dim0, dim1, dim2, dim3 }, dtype, device, requires_grad, names);

    public static Tensor ones(
        Size size, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        ones(size.Shape, dtype, device, requires_grad, names);

    public static Tensor ones_like(
        Tensor input, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        Made("ones_like", dtype, device, requires_grad, names, input);
}
