using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>A standard stream that is closed, full or ends is an error of input or output, or quiet, and never a bug; data comes through
/// pipes too.</summary>
public sealed class StandardStreamTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("floe inspect plans/smollm2.yaml >&-", 4)]
    [InlineData("floe inspect plans/smollm2.yaml >/dev/full", 4)]
    [InlineData("floe inspect plans/smollm2.yaml --json >&-", 4)]
    [InlineData("floe --help >&-", 4)]
    [InlineData("floe select --help >/dev/full", 4)]
    [InlineData("floe --version >&-", 4)]
    [InlineData("floe inspect plans/smollm2.yaml >&- 2>&-", 4)]
    [InlineData("floe inspect plans/smollm2.yaml >/dev/full 2>/dev/full", 4)]
    [InlineData("floe inspect nothere 2>&-", 4)]
    [InlineData("floe inspect nothere 2>/dev/full", 4)]
    [InlineData("floe inspekt 2>&-", 2)]
    [InlineData("floe inspekt 2>/dev/full", 2)]
    [InlineData("floe inspect plans/smollm2.yaml 2>&- >/dev/null", 0)]
    [InlineData("floe inspect plans/smollm2.yaml <&- >/dev/null", 0)]
    [InlineData("floe select data/smollm2/scores.parquet --n 3 --out OUT >&-", 4)]
    [InlineData("floe inspect plans/smollm2.yaml | true; exit ${PIPESTATUS[0]}", 0)]
    [InlineData("floe inspect data/smollm2/scores.parquet --json | head -1 >/dev/null; exit ${PIPESTATUS[0]}", 0)]
    [InlineData("floe inspekt 2>&1 | true; exit ${PIPESTATUS[0]}", 2)]
    public void AFailingStreamEndsWithItsCode(string line, int code)
    {
        FloeProcess floe = FloeProcess.Shell(line.Replace("OUT", scratch.At("out"), StringComparison.Ordinal));
        Assert.True(floe.Code == code, $"{floe.Code}: {floe.Error}");
        Assert.DoesNotContain("a bug", floe.Error, StringComparison.Ordinal);
        Assert.True(floe.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length <= 1, floe.Error);
    }

    [Fact]
    public void AWorkWhoseMessagesAreLostIsDoneAndSaysItByItsCode()
    {
        string sample = Embedded.Sample(scratch),
            line = $"floe adapt --model data/default --data {sample} --steps 1 --layers 0 --out {scratch.At("adapter")}";
        FloeProcess floe = FloeProcess.Shell(line + " 2>/dev/full");
        Assert.Equal(4, floe.Code);
        Assert.Contains("samples:", floe.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(scratch.At("adapter", "adapter_model.safetensors")));
    }

    [Theory]
    [InlineData("cat DATA | floe eval --model data/default --data - --json")]
    [InlineData("floe eval --model data/default --data - --json < DATA")]
    [InlineData("floe eval --model data/default --data /dev/stdin --json < DATA")]
    [InlineData("floe eval --model data/default --data <(cat DATA) --json")]
    [InlineData("mkfifo FIFO; cat DATA > FIFO & floe eval --model data/default --data FIFO --json")]
    [InlineData("(head -c 700 DATA; sleep 1; tail -c +701 DATA) | floe eval --model data/default --data - --json")]
    public void DataThroughAPipeIsReadToItsEnd(string line)
    {
        string sample = Embedded.Sample(scratch);
        FloeProcess piped = FloeProcess.Shell(Filled(line, sample));
        Assert.True(piped.Code == 0, piped.Error);
        Assert.Equal(Embedded.Done("eval", "--model", Embedded.Model, "--data", sample, "--json").Out, piped.Out);
    }

    [Theory]
    [InlineData("floe select <(cat data/smollm2/scores.parquet) --n 3", "a pipe")]
    [InlineData("cat data/smollm2/scores.parquet | floe select /dev/stdin --n 3", "a pipe")]
    [InlineData("mkfifo FIFO.parquet; floe select FIFO.parquet --n 3", "a pipe")]
    [InlineData("mkfifo FIFO.gguf; floe inspect FIFO.gguf", "a pipe")]
    [InlineData("mkfifo FIFO.safetensors; floe inspect FIFO.safetensors", "a pipe")]
    [InlineData("mkfifo FIFO.gguf; floe eval --model FIFO.gguf --data DATA", "a pipe")]
    [InlineData("floe eval --model data/default --data - <&-", "standard input: could not read: it is closed")]
    [InlineData("floe eval --model data/default --data - </dev/null", "standard input")]
    [InlineData("floe select /dev/null --n 3", "a device")]
    public void WhatCannotBeReadInOrderIsRefusedByName(string line, string named)
    {
        FloeProcess floe = FloeProcess.Shell(Filled(line, Embedded.Sample(scratch)));
        Assert.True(floe.Code is 3 or 4, $"{floe.Code}: {floe.Out}{floe.Error}");
        Assert.Contains(named, floe.Error, StringComparison.Ordinal);
    }

    private string Filled(string line, string data) =>
        line.Replace("DATA", data, StringComparison.Ordinal).Replace("FIFO", scratch.At("fifo"), StringComparison.Ordinal);
}
