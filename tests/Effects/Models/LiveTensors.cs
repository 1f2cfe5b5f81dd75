using TorchSharp;
using Xunit;

namespace Floe.Tests.Effects.Models;

/// <summary>Asserts at its end that no tensor made since its start is alive.</summary>
internal sealed class LiveTensors : IDisposable
{
    private readonly long before = torch.Tensor.TotalCount;

    public void Dispose() => Assert.Equal(before, torch.Tensor.TotalCount);
}
