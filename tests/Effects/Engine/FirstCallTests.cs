using System.Diagnostics;
using Floe.Effects.Engine;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>What two threads compute at the first call of a process has the bits of every later call.</summary>
public class FirstCallTests
{
    // Without the single-threaded first calls about one process in twelve differs.
    private const int Processes = 16;

    [Fact]
    public void TheFirstExponentialOfAProcessHasTheBitsOfTheSecond() =>
        Assert.All(Enumerable.Range(0, Processes), _ =>
        {
            using Process process = Process.Start(
                new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(Program).Assembly.Location, "first-call"]))!;
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        });

    /// <summary>The other process: 0 where both are equal.</summary>
    public static int Work() => TensorEdge.Run("first call", () =>
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(22 * 1024, ScalarType.Float32).mul(-1e-3);
        float[] first = Tensors.Floats(x.exp()), second = Tensors.Floats(x.exp());
        return first.AsSpan().SequenceEqual(second) ? 0 : 1;
    }).IfLeft(2);
}
