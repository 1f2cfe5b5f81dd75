using System;
using System.Linq;
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor arange(
        Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Made("arange.start_step", dtype ?? RangeType(start, stop, step), device, requires_grad, null, start, stop, step);

    public static Tensor arange(
        Scalar start, Scalar stop, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor eye(
        long rows, long columns = -1, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) =>
        Made("eye.m", dtype, device, requires_grad, names, rows, columns < 0 ? rows : columns);

    public static Tensor linspace(
        double start, double end, long steps, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Made("linspace", dtype, device, requires_grad, null, start, end, steps);

    /// <summary>A tensor over the array itself: what either writes, the other sees. The array stays pinned while the tensor lives.</summary>
    public static Tensor from_array(Array rawArray, Device device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(
        Array rawArray, ScalarType? dtype, Device device = null, bool requires_grad = false, string[] names = null)
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        Tensor shared = Over(rawArray, Lengths(rawArray), ElementTypes.Of(rawArray.GetType().GetElementType()), 0);
        return Finished(shared, dtype, device, requires_grad, names);
    }

    /// <summary>A tensor over part of the array: <paramref name="count"/> elements of the given type after <paramref name="offset"/> elements.</summary>
    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        long length = (long)Buffer.ByteLength(rawArray) / dtype.ElementSize();
        long elements = count < 0 ? length - offset : count;
        if (offset < 0 || elements < 0 || offset + elements > length)
        {
            throw new ArgumentOutOfRangeException(nameof(count), "the tensor would reach beyond the array");
        }

        return Over(rawArray, [elements], dtype, offset * dtype.ElementSize()).requires_grad_(requires_grad);
    }

    /// <summary>Calls a factory: its own arguments, then dtype, layout, device.</summary>
    private static Tensor Made(
        string op, ScalarType? dtype, Device device, bool requires_grad, string[] names, params ReadOnlySpan<Arg> leading)
    {
        RefuseNames(names);
        Arg[] arguments = [.. leading, dtype, Arg.None, device];
        Tensor made = Aten.Call(op, arguments);
        return requires_grad ? made.requires_grad_() : made;
    }

    private static unsafe Tensor Copied<T>(
        ReadOnlySpan<T> values, long[] lengths, ScalarType? dtype, Device device, bool requires_grad, string[] names) where T : unmanaged
    {
        if (lengths.TotalSize() != values.Length)
        {
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {values.Length} values for [{string.Join(", ", lengths)}]");
        }

        Tensor copied = empty(lengths, ElementTypes.Of(typeof(T)), CPU);
        values.CopyTo(new Span<T>(copied.DataPointer(), values.Length));
        return Finished(copied, dtype, device, requires_grad, names);
    }

    private static Tensor Finished(Tensor made, ScalarType? dtype, Device device, bool requires_grad, string[] names)
    {
        RefuseNames(names);
        Tensor finished = made;
        if ((dtype is ScalarType type && type != made.dtype) || (device is not null && device.type != DeviceType.CPU))
        {
            finished = made.to(dtype ?? made.dtype, device ?? CPU, disposeAfter: true);
        }

        return requires_grad ? finished.requires_grad_() : finished;
    }

    private static unsafe Tensor Over(Array array, long[] lengths, ScalarType type, long byteOffset)
    {
        GCHandle pinned = GCHandle.Alloc(array, GCHandleType.Pinned);
        fixed (long* sizes = lengths)
        {
            byte* start = (byte*)pinned.AddrOfPinnedObject() + byteOffset;
            return new Tensor(NativeMethods.Check(NativeMethods.FromBlob(start, sizes, lengths.Length, (int)type, &Unpin, GCHandle.ToIntPtr(pinned))));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void Unpin(nint handle) => GCHandle.FromIntPtr(handle).Free();

    private static ReadOnlySpan<T> Flat<T>(Array array) where T : unmanaged =>
        MemoryMarshal.CreateReadOnlySpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    private static long[] Lengths(Array array) => Enumerable.Range(0, array.Rank).Select(array.GetLongLength).ToArray();

    /// <summary>Whole numbers give Int64, any other the default dtype.</summary>
    private static ScalarType? RangeType(params Scalar[] ends) => Array.TrueForAll(ends, end => end.IsWhole) ? ScalarType.Int64 : null;

    private static void RefuseNames(string[] names)
    {
        if (names is { Length: > 0 })
        {
            throw new NotSupportedException("named dimensions are not part of this subset");
        }
    }
}
