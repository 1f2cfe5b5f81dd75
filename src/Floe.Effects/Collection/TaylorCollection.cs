using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using LanguageExt;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>How Taylor scores are collected.</summary>
/// <param name="Batch">Sequences of a calibration batch; null for the method's default, the whole calibration set as one batch.</param>
/// <param name="Weights">How token losses make a batch's loss: the mean over its tokens, or over its sequences' means.</param>
/// <param name="MicroBatchTokens">Tokens computed at once; no score depends on it beyond rounding.</param>
internal sealed record TaylorOptions(
    int? Batch = null, LossWeights Weights = LossWeights.TokenMean, int MicroBatchTokens = MicroBatches.DefaultTokens);

/// <summary>What a pass over the calibration text gives.</summary>
/// <param name="Sums">Taylor sums of every unit, Fisher empty; a head holds 1/(H/G) of its group's keys and values.</param>
/// <param name="KeyValue">Σ|g ⊙ θ| over k and v rows of each key/value head, [L, G] row-major, summed over batches.</param>
/// <param name="Losses">Mean token loss of each sequence.</param>
internal sealed record TaylorScores(ScoreSums Sums, ReadOnlyMemory<double> KeyValue, ReadOnlyMemory<double> Losses);

/// <summary>
/// Collects Taylor scores on the base model (method §3, Eq. 8, 9): t_i = Σ |g ⊙ θ| over the unit's weights, g the mean gradient of a
/// calibration batch. Neuron: gate row, up row, down column. Head: q rows, o columns, its share of k and v rows. At most one layer's
/// gradients are alive.
/// </summary>
internal static class TaylorCollection
{
    /// <summary>Collects from plain text: every token but a sequence's first is predicted.</summary>
    /// <param name="model">Weights, without adapters.</param>
    /// <param name="sequences">Calibration blocks of token ids, each at least 2 long.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Called after each layer.</param>
    /// <returns>The scores, or the first error.</returns>
    public static Either<FloeError, TaylorScores> Run(
        Decoder model, IReadOnlyList<ReadOnlyMemory<int>> sequences, TaylorOptions options, Action<StageProgress>? progress = null) =>
        Run(model, [.. sequences.Select(LossBatch.AllSupervised)], options, progress);

    /// <summary>Collects from samples, of which only the supervised tokens are predicted.</summary>
    /// <param name="model">Weights, without adapters.</param>
    /// <param name="samples">At least one, each with a supervised token.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Called after each layer.</param>
    /// <returns>The scores, or the first error.</returns>
    public static Either<FloeError, TaylorScores> Run(
        Decoder model, IReadOnlyList<TokenizedSample> samples, TaylorOptions options, Action<StageProgress>? progress = null)
    {
        if (samples.Count == 0 || options.Batch < 1)
        {
            return new FloeError.Usage("Taylor", "at least one calibration block and a batch of at least 1",
                $"{samples.Count} blocks, batch {options.Batch}", "Give more calibration text.");
        }

        ModelShape shape = model.Shape;
        List<ReadOnlyMemory<double>> batches = [];
        double[] keyValue = new double[shape.Layers * shape.KvHeads];
        List<double> losses = [];
        TokenizedSample[][] chunks = [.. samples.Chunk(options.Batch ?? samples.Count)];
        foreach ((int index, TokenizedSample[] chunk) in chunks.Index())
        {
            if (Batch(model, chunk, options, index, chunks.Length, progress).Failed(out FloeError? error, out BatchScores? scores))
            {
                return error;
            }

            batches.Add(scores.Units);
            losses.AddRange(scores.Losses);
            for (int i = 0; i < keyValue.Length; i++)
            {
                keyValue[i] += scores.KeyValue[i];
            }
        }

        long[] counts = new long[shape.Units];
        counts.AsSpan().Fill(chunks.Length);
        return from column in SumColumn.OfParts("taylor_sum", batches)
               from sums in ScoreSums.Create(shape, SumColumn.Zero(shape.Units), new long[shape.Units], column, counts)
               select new TaylorScores(sums, keyValue, losses.ToArray());
    }

    private sealed record BatchScores(double[] Units, double[] KeyValue, double[] Losses);

    private static Either<FloeError, BatchScores> Batch(
        Decoder model, TokenizedSample[] samples, TaylorOptions options, int index, int count, Action<StageProgress>? progress)
    {
        double divisor = options.Weights == LossWeights.TokenMean ? samples.Sum(LossBatch.Supervised) : samples.Length;
        return from parts in MicroBatches.ByTokens(samples, s => s.Ids.Count, options.MicroBatchTokens)
                   .Each(piece => LossBatch.Of(model.Config, piece, options.Weights, divisor))
               from scores in TensorEdge.Run("Taylor", () => Scores(model, parts, Report))
               select scores;

        void Report(int layers) => progress?.Invoke(new StageProgress("collect: Taylor", (index * model.Layers.Count) + layers,
            count * model.Layers.Count, samples.Sum(s => (long)s.Ids.Count) * (
                (index * model.Layers.Count) + layers) / model.Layers.Count));
    }

    private static BatchScores Scores(Decoder model, IReadOnlyList<LossBatch> parts, Action<int> report)
    {
        ModelShape shape = model.Shape;
        double[] units = new double[shape.Units];
        double[] keyValue = new double[shape.Layers * shape.KvHeads];
        Tensor[]? sum = null;
        double[] losses = BackwardStream.Run(model, null, parts, (_, _, gradients) => sum = Accumulate(sum, gradients), layer =>
        {
            TaylorUnits.Score(model.Layers[layer], sum!, units.AsSpan(layer * shape.UnitsPerLayer, shape.UnitsPerLayer),
                keyValue.AsSpan(layer * shape.KvHeads, shape.KvHeads));
            System.Array.ForEach(sum!, tensor => tensor.Dispose());
            sum = null;
            report(model.Layers.Count - layer);
        });
        return new BatchScores(units, keyValue, losses);
    }

    private static Tensor[] Accumulate(Tensor[]? sum, LayerGradients gradients)
    {
        if (sum is null)
        {
            return [.. gradients.All.Select(g => g.DetachFromDisposeScope())];
        }

        foreach ((Tensor total, Tensor part) in sum.Zip(gradients.All))
        {
            total.add_(part);
        }

        return sum;
    }
}
