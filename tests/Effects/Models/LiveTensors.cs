using TorchSharp;
using Xunit;

namespace Floe.Tests.Effects.Models;

/// <summary>Asserts at its end that every tensor which its thread has made since its start was disposed there; one left to the finalizer is
/// alive.</summary>
/// <remarks>
/// The package's own count of this thread. <c>torch.Tensor.TotalCount</c> is no such count: a tensor that became a parameter stays in it
/// for ever (<see cref="Engine.TorchLifetimeContract"/>).
/// </remarks>
internal sealed class LiveTensors : IDisposable
{
    private readonly long before = Count;

    /// <summary>Tensors that this thread has made and not disposed.</summary>
    public static long Count => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    public void Dispose() => Assert.Equal(before, Count);
}
