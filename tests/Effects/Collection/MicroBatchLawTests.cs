using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Collection;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Models;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Collection;

/// <summary>A sample's Fisher scores do not depend on the samples that are computed beside it.</summary>
public class MicroBatchLawTests
{
    // MKL and oneDNN choose a kernel by the number of rows, so a row of a product may round otherwise; squares double the difference.
    private const double OfTheLargest = 1e-6;

    [Theory]
    [InlineData(8, 16)]
    [InlineData(6, 40)]
    [InlineData(3, 70)]
    public void ScoresOfOneAtATimeAndOfAllTogetherAreEqualToRounding(int count, int length)
    {
        using Checkpoint checkpoint = TinyDecoder.Right(Checkpoints.Open(Embedded.Model));
        using Decoder model = TinyDecoder.Right(DecoderLoading.Load(checkpoint, CPU));
        TokenizedSample[] samples =
        [
            .. Enumerable.Range(0, count).Select(s => LossBatch.AllSupervised(
                Enumerable.Range(0, length).Select(i => ((s * 131) + (i * 37) + (i * i)) % model.Config.Vocabulary).ToArray())),
        ];
        double[] alone = Scores(1), together = Scores(count * length);
        double worst = 0;
        for (int start = 0; start < alone.Length; start += model.Shape.UnitsPerLayer)
        {
            worst = Math.Max(worst, Math.Max(Part(start, model.Shape.Heads), Part(start + model.Shape.Heads, model.Shape.Neurons)));
        }

        Assert.True(worst <= OfTheLargest, $"{worst:E2} of the largest score of a layer's component");

        double Part(int from, int units) => Enumerable.Range(from, units).Max(i => Math.Abs(alone[i] - together[i]))
            / Enumerable.Range(from, units).Max(i => alone[i]);

        double[] Scores(int tokens)
        {
            ScoreSums sums = TinyDecoder.Right(FisherCollection.Run(model, null, samples, new FisherOptions(MicroBatchTokens: tokens)))[0];
            return [.. Enumerable.Range(0, model.Shape.Units).Select(i => sums.Fisher.Rounded[i])];
        }
    }
}
