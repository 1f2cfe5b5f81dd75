using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Engine;

/// <summary>
/// Calls each of MKL's vector functions once on one thread. MKL looks the processor up at a function's first call; where two threads make
/// that call at once, one of them may compute its half of that call less exactly, about one process in twelve: the same seed then gives
/// other bytes.
/// </summary>
internal static class FirstCalls
{
    // Those of LibTorch's element-wise functions that go to MKL's vector library.
    private static readonly Func<Tensor, Tensor>[] Functions =
    [
        x => x.exp(), x => x.expm1(), x => x.log(), x => x.log1p(), x => x.log2(), x => x.log10(), x => x.sqrt(), x => x.tanh(),
        x => x.sin(), x => x.cos(), x => x.tan(), x => x.asin(), x => x.acos(), x => x.atan(), x => x.erf(), x => x.erfc(), x => x.erfinv(),
    ];

    /// <summary>Makes the calls, on a tensor that is too small to be shared between threads.</summary>
    public static void Make()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        foreach (ScalarType type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            Tensor x = full(16, 0.5f, type);
            foreach (Func<Tensor, Tensor> function in Functions)
            {
                using Tensor y = function(x);
            }
        }
    }
}
