using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>Every command that uses a model says so where matrix products are far slower than the threads should make them.</summary>
public class SlowMachineTests
{
    [Theory]
    [InlineData("generate --model {0} --prompt boat --tokens 1", 0)]
    [InlineData("pretrain --data {1}/nowhere --held-out {1}/nowhere --tokenizer {0} --out {1}/model", 4)]
    public void ItIsSaidBeforeTheWork(string line, int code)
    {
        using Scratch scratch = new();
        // One processor for two threads, and products without the vector instructions that each of them is held to.
        string call = string.Format(System.Globalization.CultureInfo.InvariantCulture, line, Embedded.Model, scratch.Folder);
        FloeProcess floe = FloeProcess.Shell($"export OMP_NUM_THREADS=2 MKL_ENABLE_INSTRUCTIONS=SSE4_2 XDG_CACHE_HOME={scratch.Folder}; "
            + $"taskset -cp 0 $$ >/dev/null; floe {call}");
        Assert.True(floe.Code == code, floe.Error);
        Assert.Contains("warning: matrix products run at", floe.Error, StringComparison.Ordinal);
    }
}
