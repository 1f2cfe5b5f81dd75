using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Engine;

/// <summary>Numbers in and out of tensors.</summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal static class Tensors
{
    /// <summary>A float32 tensor in LibTorch's own memory. <c>torch.tensor</c> leaves the values where the array lies, on an address that
    /// differs from run to run, and what a product rounds to may depend on it.</summary>
    /// <param name="values">Row-major elements.</param>
    /// <param name="shape">The shape.</param>
    public static Tensor Of(float[] values, params ReadOnlySpan<long> shape)
    {
        using Tensor borrowed = tensor(values, shape);
        return borrowed.clone();
    }

    /// <summary>Copies a tensor's elements, row-major, whatever its device and strides.</summary>
    /// <typeparam name="T">The tensor's own element type.</typeparam>
    /// <param name="tensor">The tensor.</param>
    /// <param name="destination">As long as the tensor has elements.</param>
    public static void Read<T>(Tensor tensor, Span<T> destination)
        where T : unmanaged
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        MemoryMarshal.Cast<byte, T>(tensor.detach().cpu().contiguous().bytes).CopyTo(destination);
    }

    /// <summary>The elements of a float32 or float64 tensor, row-major, as float32.</summary>
    /// <param name="tensor">The tensor.</param>
    public static float[] Floats(Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] values = new float[tensor.numel()];
        Read<float>(tensor.detach().to(ScalarType.Float32), values);
        return values;
    }

    /// <summary>The elements of a float32 or float64 tensor, row-major, as float64.</summary>
    /// <param name="tensor">The tensor.</param>
    public static double[] Doubles(Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] values = new double[tensor.numel()];
        Read<double>(tensor.detach().to(ScalarType.Float64), values);
        return values;
    }
}
