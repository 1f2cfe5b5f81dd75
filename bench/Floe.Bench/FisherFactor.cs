using System.Diagnostics;
using System.Globalization;
using Floe.Domain.Scores;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Collection;
using Floe.Effects.Data;
using Floe.Effects.Formats.Tokenizers;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Bench;

/// <summary>Fisher with one backward a micro-batch against one backward a sample.</summary>
internal static class FisherFactor
{
    public static int Run(string[] arguments)
    {
        if (arguments is not [string path, string text])
        {
            Console.Error.WriteLine("usage: floe-bench fisher MODEL TEXT");
            return 2;
        }

        using Decoder model = LoadedModel.Open(arguments);
        Tokenizer tokenizer = TokenizerFile.Open(path).Value().Tokenizer;
        Console.WriteLine("| tokens a sample | samples | one backward a sample, s | Floe, s | factor | largest relative difference |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (int length in new[] { 16, 32, 128 })
        {
            int count = Math.Max(8, 512 / length);
            TokenizedSample[] samples =
            [
                .. CalibrationText.Blocks(text, tokenizer, length).Value().AsEnumerable().Take(count).Select(ids => new TokenizedSample(
                    ids, toArray(Enumerable.Range(0, ids.Count).Select(i => i > 0)))),
            ];
            (ScoreSums single, _) = Collect(model, samples, 1);
            (ScoreSums batched, _) = Collect(model, samples, new FisherOptions().MicroBatchTokens);
            List<double> alone = [], together = [];
            for (int round = 0; round < 5; round++)
            {
                alone.Add(Collect(model, samples, 1).Seconds);
                together.Add(Collect(model, samples, new FisherOptions().MicroBatchTokens).Seconds);
            }

            double slow = LoadedModel.Median(alone), fast = LoadedModel.Median(together);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {length} | {samples.Length} | {slow:F2} | {fast:F2} | {slow / fast:F2} | {Difference(single, batched):E1} |"));
        }

        return 0;
    }

    private static (ScoreSums Sums, double Seconds) Collect(Decoder model, IReadOnlyList<TokenizedSample> samples, int tokens)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<ScoreSums> sums = FisherCollection.Run(model, null, samples, new FisherOptions(MicroBatchTokens: tokens)).Value();
        return (sums[0], Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    // Relative to the largest score of the unit's layer and component, the size at which float32 gradients round.
    private static double Difference(ScoreSums a, ScoreSums b)
    {
        ModelShape shape = a.Shape;
        double worst = 0;
        for (int start = 0; start < shape.Units; start += shape.UnitsPerLayer)
        {
            worst = Math.Max(worst, Part(start, shape.Heads));
            worst = Math.Max(worst, Part(start + shape.Heads, shape.Neurons));
        }

        return worst;

        double Part(int from, int count)
        {
            double largest = Enumerable.Range(from, count).Max(i => a.Fisher.Rounded[i]);
            return Enumerable.Range(from, count).Max(i => Math.Abs(a.Fisher.Rounded[i] - b.Fisher.Rounded[i])) / largest;
        }
    }
}
