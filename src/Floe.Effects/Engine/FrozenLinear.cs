using static TorchSharp.torch;

namespace Floe.Effects.Engine;

/// <summary>
/// Products with weights [out, in] that lie in memory as float32 or bfloat16; what goes in and comes out is float32. Weights that ask for a
/// gradient are computed by LibTorch's own <c>linear</c>.
/// </summary>
/// <remarks>Tensor functions: call them inside <see cref="TensorEdge"/>.</remarks>
internal static class FrozenLinear
{
    /// <summary>y = x Wᵀ + b.</summary>
    /// <param name="x">[T, in], float32.</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], float32; null adds nothing.</param>
    /// <returns>[T, out], float32.</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias = null)
    {
        if (weight.dtype == ScalarType.BFloat16)
        {
            Tensor y = nn.functional.linear(x.to(ScalarType.BFloat16), weight).to(ScalarType.Float32);
            return bias is null ? y : y.add_(bias);
        }

        return ByOneDnn(x, weight) ? EngineText.Run("linear", x, weight, bias) : nn.functional.linear(x, weight, bias!);
    }

    /// <summary>x W: what the gradient of <see cref="Apply"/>'s output gives its input.</summary>
    /// <param name="x">[T, out], float32.</param>
    /// <param name="weight">[out, in].</param>
    /// <returns>[T, in], float32.</returns>
    public static Tensor Through(Tensor x, Tensor weight) =>
        weight.dtype == ScalarType.BFloat16 ? x.to(ScalarType.BFloat16).mm(weight).to(ScalarType.Float32)
        : ByOneDnn(x, weight) ? EngineText.Run("through", x, weight)
        : x.mm(weight);

    private static bool ByOneDnn(Tensor x, Tensor weight) =>
        weight.device_type == TorchSharp.DeviceType.CPU
            && !weight.requires_grad
            && x.size(0) >= Products.Rows
            && Products.Way == ProductWay.OneDnn;
}
