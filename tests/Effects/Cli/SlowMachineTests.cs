using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>Every command that uses a model says so where matrix products are far slower than the threads should make them.</summary>
public class SlowMachineTests
{
    [Theory]
    [InlineData("generate --model {0} --prompt boat --tokens 1", 0)]
    [InlineData("run {1}/plan.yaml --out {1}/run", 3)]
    [InlineData("pretrain --data {1}/nowhere --held-out {1}/nowhere --tokenizer {0} --out {1}/model", 4)]
    public void ItIsSaidBeforeTheWork(string line, int code)
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("empty.jsonl"), "");
        File.WriteAllText(scratch.At("plan.yaml"), $"name: slow\nmodel: {Embedded.Model}\nsample: [{{ data: empty.jsonl }}]\nheldout: [{{ data: empty.jsonl }}]\n");

        // No core gives 16 times what a thread of an optimized BLAS is held to.
        string call = string.Format(System.Globalization.CultureInfo.InvariantCulture, line, Embedded.Model, scratch.Folder);
        FloeProcess floe = FloeProcess.Shell($"export OMP_NUM_THREADS={16 * Environment.ProcessorCount}; floe {call}");
        Assert.True(floe.Code == code, floe.Error);
        Assert.Contains("warning: matrix products run at", floe.Error, StringComparison.Ordinal);
    }
}
