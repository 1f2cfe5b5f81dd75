using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Models;

/// <summary>How the token losses of a batch are put together.</summary>
internal enum LossWeights
{
    /// <summary>Every supervised token weighs 1/divisor: the mean over a batch, or over a step of several micro-batches.</summary>
    TokenMean = 0,

    /// <summary>A token of a sample with n supervised tokens weighs 1/(n·divisor): with divisor 1, a gradient by sample is that of the
    /// sample alone.</summary>
    SampleMeans = 1,
}

/// <summary>
/// What a model reads to get a loss. Each sample is cut after the last row that predicts a supervised token: causal attention never lets a
/// later token change the loss.
/// </summary>
/// <param name="Batch">The cut sequences, one a sample.</param>
/// <param name="Targets">What they are to predict.</param>
internal sealed record LossBatch(TokenBatch Batch, Targets Targets)
{
    /// <summary>Number of supervised tokens of a sample.</summary>
    public static int Supervised(TokenizedSample sample) => sample.Supervised.Skip(1).Count(on => on);

    /// <summary>A batch whose loss is the mean over its supervised tokens.</summary>
    /// <param name="config">The decoder that will read it.</param>
    /// <param name="samples">At least one; each with a supervised token.</param>
    /// <returns>The batch, or <see cref="FloeError.BadData"/> naming the sample.</returns>
    public static Either<FloeError, LossBatch> Mean(DecoderConfig config, IReadOnlyList<TokenizedSample> samples) =>
        Of(config, samples, LossWeights.TokenMean, samples.Sum(Supervised));

    /// <summary>Builds a batch.</summary>
    /// <param name="config">The decoder that will read it.</param>
    /// <param name="samples">At least one; each with a supervised token.</param>
    /// <param name="weights">How token losses are weighted.</param>
    /// <param name="divisor">Supervised tokens, or samples, of the whole step.</param>
    /// <returns>The batch, or <see cref="FloeError.BadData"/> naming the sample.</returns>
    public static Either<FloeError, LossBatch> Of(
        DecoderConfig config, IReadOnlyList<TokenizedSample> samples, LossWeights weights, double divisor = 1.0)
    {
        List<ReadOnlyMemory<int>> inputs = [];
        List<int> rows = [], tokens = [], owners = [];
        List<float> scale = [];
        int offset = 0;
        for (int b = 0; b < samples.Count; b++)
        {
            int[] ids = samples[b].Ids.ToArray();
            bool[] supervised = samples[b].Supervised.ToArray();
            int last = System.Array.LastIndexOf(supervised, true);
            if (last < 1 || supervised.Length != ids.Length || ids[last] < 0 || ids[last] >= config.Vocabulary)
            {
                return Fault(config, b, ids, supervised, last);
            }

            float weight = (float)(1.0 / (weights == LossWeights.TokenMean ? divisor : divisor * Supervised(samples[b])));
            for (int p = 1; p <= last; p++)
            {
                if (supervised[p])
                {
                    rows.Add(offset + p - 1);
                    tokens.Add(ids[p]);
                    owners.Add(b);
                    scale.Add(weight);
                }
            }

            inputs.Add(ids.AsMemory(0, last));
            offset += last;
        }

        Targets targets = new(rows.ToArray(), tokens.ToArray(), scale.ToArray(), owners.ToArray());
        return TokenBatch.Of(config, inputs).Map(batch => new LossBatch(batch, targets));
    }

    /// <summary>Plain text: every token of a sequence but its first is predicted, each loss weighted 1/divisor.</summary>
    /// <param name="config">The decoder that will read it.</param>
    /// <param name="sequences">Token ids, each at least 2 long.</param>
    /// <param name="divisor">What the sum of losses is divided by.</param>
    /// <returns>The batch, or <see cref="FloeError.BadData"/> naming the sequence.</returns>
    public static Either<FloeError, LossBatch> EveryToken(
        DecoderConfig config, IReadOnlyList<ReadOnlyMemory<int>> sequences, double divisor) =>
        Of(config, [.. sequences.Select(AllSupervised)], LossWeights.TokenMean, divisor);

    /// <summary>A sequence of which every token but the first is supervised.</summary>
    /// <param name="ids">Token ids.</param>
    public static TokenizedSample AllSupervised(ReadOnlyMemory<int> ids)
    {
        bool[] supervised = new bool[ids.Length];
        supervised.AsSpan(Math.Min(1, ids.Length)).Fill(true);
        return new TokenizedSample(Prelude.toArray(ids.ToArray()), Prelude.toArray(supervised));
    }

    private static FloeError.BadData Fault(DecoderConfig config, int sample, int[] ids, bool[] supervised, int last) =>
        supervised.Length != ids.Length || last < 1
            ? new($"sample {sample}", "a supervised token after the first and one flag a token",
                $"{ids.Length} tokens, {supervised.Length} flags, last supervised at {last}", "Drop the sample or shorten its prompt")
            : new($"sample {sample}, token {last}", $"an id from 0 to {config.Vocabulary - 1}", $"{ids[last]}",
                "Use the tokenizer that belongs to the model");
}
