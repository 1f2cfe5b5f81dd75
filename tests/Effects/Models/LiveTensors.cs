using TorchSharp;
using Xunit;

namespace Floe.Tests.Effects.Models;

/// <summary>Asserts at its end that no tensor made since its start is alive.</summary>
internal sealed class LiveTensors : IDisposable
{
    private readonly long before = Settled();

    public void Dispose() => Assert.Equal(before, torch.Tensor.TotalCount);

    /// <summary>Live tensors, after the finalizer has freed what others left to it: freed later, it would be missing from a second count.</summary>
    public static long Settled()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return torch.Tensor.TotalCount;
    }
}
