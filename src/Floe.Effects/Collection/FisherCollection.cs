using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using LanguageExt;

namespace Floe.Effects.Collection;

/// <summary>How Fisher scores are collected.</summary>
/// <param name="Shards">Into how many tables the samples are dealt, in consecutive blocks; the tables merge into that of the whole, and a
/// bootstrap over them gives a ranking's confidence.</param>
/// <param name="AncestorBatch">Null for the method's per-sample squares. Otherwise the ancestor's form: samples are taken that many at a
/// time and the squared mean gradient of each such batch is summed (retraining-free-pruning).</param>
/// <param name="BothPaths">Whether adapters on o_proj and down_proj see the masked input (method §2).</param>
/// <param name="MicroBatchTokens">Tokens computed at once; bounds memory, and the scores change by rounding only.</param>
internal sealed record FisherOptions(
    int Shards = 1, int? AncestorBatch = null, bool BothPaths = false, int MicroBatchTokens = MicroBatches.DefaultTokens);

/// <summary>Collects Fisher sums on the adapted model (method §3, Eq. 4): τ_i = mean over samples of (∂ℓ_x/∂m_i)².</summary>
internal static class FisherCollection
{
    /// <summary>Runs the samples in evaluation mode. Squares of float32 gradients are exact in double, and so are their sums.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="adapters">The adapted model's modules; null for the base model.</param>
    /// <param name="samples">At least one, each with a supervised token.</param>
    /// <param name="options">How.</param>
    /// <param name="observe">Called with (sample, its gradients in table order, its mean token loss).</param>
    /// <param name="progress">Called after each micro-batch.</param>
    /// <returns>One table a shard, Taylor sums empty; or the first error.</returns>
    public static Either<FloeError, IReadOnlyList<ScoreSums>> Run(
        Decoder model,
        AdapterSet? adapters,
        IReadOnlyList<TokenizedSample> samples,
        FisherOptions options,
        Action<int, ReadOnlyMemory<float>, double>? observe = null,
        Action<StageProgress>? progress = null)
    {
        if (samples.Count == 0 || options.Shards < 1 || options.Shards > samples.Count || options.AncestorBatch < 1)
        {
            return new FloeError.Usage("Fisher", "at least one sample, 1 to that many shards, an ancestor batch of at least 1",
                $"{samples.Count} samples, {options.Shards} shards, batch {options.AncestorBatch}", "Give more samples or fewer shards.");
        }

        SquareSums[] shards = [.. Enumerable.Range(0, options.Shards).Select(_ => new SquareSums(model.Shape, options.AncestorBatch ?? 1))];
        int done = 0;
        long tokens = 0;
        foreach (IReadOnlyList<TokenizedSample> piece in MicroBatches.ByTokens(samples, s => s.Ids.Count, options.MicroBatchTokens))
        {
            if (Piece(model, adapters, piece, options.BothPaths).Failed(out FloeError? error, out MaskGradients? found))
            {
                return error;
            }

            for (int b = 0; b < piece.Count; b++, done++)
            {
                observe?.Invoke(done, found.Gradients[b], found.Losses[b]);
                shards[(long)done * options.Shards / samples.Count].Add(found.Gradients[b]);
            }

            tokens += piece.Sum(s => s.Ids.Count);
            progress?.Invoke(new StageProgress("collect: Fisher", done, samples.Count, tokens));
        }

        return shards.Each(shard => shard.ToSums());
    }

    private static Either<FloeError, MaskGradients> Piece(
        Decoder model, AdapterSet? adapters, IReadOnlyList<TokenizedSample> piece, bool bothPaths) =>
        from batch in LossBatch.Of(model.Config, piece, LossWeights.SampleMeans)
        from gradients in Adapted.Run("Fisher", model, adapters, () => MaskGradients.Of(model, adapters, batch, bothPaths))
        select gradients;
}
