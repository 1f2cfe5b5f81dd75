using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using Floe.Effects.Training;
using LanguageExt;
using TorchSharp;
using static LanguageExt.Prelude;

namespace Floe.Effects.Evaluation;

/// <summary>Loss on samples that were not trained on.</summary>
/// <param name="Loss">Mean cross entropy in nats over all supervised tokens of all samples.</param>
/// <param name="Tokens">Supervised tokens.</param>
/// <param name="Samples">Samples.</param>
internal sealed record HeldOutLoss(double Loss, long Tokens, int Samples)
{
    /// <summary>exp(Loss).</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>Mean token loss of each sample, in their order.</summary>
    public Arr<double> SampleLosses { get; init; } = Arr<double>.Empty;
}

/// <summary>Measures a model, with or without an adapter, on held-out samples.</summary>
internal static class HeldOut
{
    /// <summary>Mean loss over all supervised tokens: every token weighs the same, whichever sample it is in.</summary>
    /// <param name="model">Base weights.</param>
    /// <param name="adapters">Adapter modules, run without dropout; null for the base model.</param>
    /// <param name="samples">At least one, each with a supervised token.</param>
    /// <param name="microBatchTokens">Positions that one pass may hold.</param>
    /// <param name="advance">Told the tokens read by each pass.</param>
    /// <param name="prefix">Keeps what the layers below the lowest adapted one give.</param>
    /// <returns>The loss; <see cref="FloeError.BadData"/> for no samples, a bad sample or a loss that is not finite.</returns>
    public static Either<FloeError, HeldOutLoss> Measure(
        Decoder model,
        AdapterSet? adapters,
        IReadOnlyList<TokenizedSample> samples,
        int microBatchTokens = TrainingTask.DefaultMicroBatchTokens,
        Action<int>? advance = null,
        FrozenPrefix? prefix = null)
    {
        if (samples.Count == 0)
        {
            return new FloeError.BadData("held-out data", "at least one sample", "none", "Give a data set with samples.");
        }

        return MicroBatches.ByTokens(samples, sample => sample.Ids.Count, microBatchTokens)
            .Each(batch => BatchLoss(model, adapters, batch, advance, prefix))
            .Map(batches =>
                (Sum: batches.Sum(b => b.Sum), Tokens: batches.Sum(b => (long)b.Tokens), Losses: batches.SelectMany(b => b.SampleLosses)))
            .Bind(total => double.IsFinite(total.Sum)
                ? Right<FloeError, HeldOutLoss>(
                    new HeldOutLoss(total.Sum / total.Tokens, total.Tokens, samples.Count) { SampleLosses = toArray(total.Losses) })
                : new FloeError.BadData(
                    "held-out loss", "a finite number", $"{total.Sum}",
                        "Check the weights, and the adapter: its training may have diverged."));
    }

    private static Either<FloeError, (double Sum, int Tokens, double[] SampleLosses)> BatchLoss(
        Decoder model, AdapterSet? adapters, IReadOnlyList<TokenizedSample> samples, Action<int>? advance, FrozenPrefix? prefix) =>
        LossBatch.Mean(model.Config, samples).Bind(batch => Adapted.Run("held-out loss", model, adapters, () =>
        {
            using DisposeScope scope = torch.NewDisposeScope();
            using IDisposable frozen = torch.no_grad();
            using BatchTensors tensors = BatchTensors.Of(model, batch.Batch);
            using HeadLoss loss = HeadLoss.Of(
                model, DecoderPass.Run(model, tensors, adapters, start: prefix?.Before(batch.Batch)), batch.Targets, gradient: false);
            advance?.Invoke(batch.Batch.Tokens);
            double[] each = [.. loss.BySequence(batch.Targets, samples.Count).Select(s => s.Sum / s.Tokens)];
            return (loss.TokenLosses.Sum(l => (double)l), loss.TokenLosses.Count, each);
        }));
}
