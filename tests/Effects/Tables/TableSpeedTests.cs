using System.Diagnostics;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Effects.Tables;

public class TableSpeedTests(ITestOutputHelper output)
{
    /// <summary>The units of LLaMA-2-7B: 32 layers of 32 heads and 11,008 neurons.</summary>
    [Fact]
    public void ATableOfLlama7BIsSmallAndQuick()
    {
        using Scratch scratch = new();
        ModelShape shape = new(32, 32, 32, 11008, 4096, 128);
        ScoreSums sums = ScoreTableTests.Sums(shape, 3);
        string path = scratch.At("scores.parquet");
        double best = double.PositiveInfinity, write = 0;
        for (int round = 0; round < 10; round++)
        {
            Stopwatch time = Stopwatch.StartNew();
            Assert.True(ScoreTables.Write(path, sums, TableMetadata.Of(shape)).IsRight);
            double written = time.Elapsed.TotalMilliseconds;
            ScoreFile read = Errors.Value(ScoreTables.Read(path));
            if (time.Elapsed.TotalMilliseconds < best)
            {
                (best, write) = (time.Elapsed.TotalMilliseconds, written);
            }

            Assert.Equal(sums.Shape, read.Sums.Shape);
        }

        output.WriteLine($"write {write:F1} ms, read {best - write:F1} ms, {new FileInfo(path).Length:N0} bytes");
        Assert.True(new FileInfo(path).Length <= 7_000_000);

        // Twenty times what an idle machine takes: a machine at work must not fail.
        Assert.True(best < 1500, $"{best:F1} ms");
    }
}
