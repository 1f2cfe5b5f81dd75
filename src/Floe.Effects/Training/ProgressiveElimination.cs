using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Training;

/// <summary>
/// Greedy elimination of a trained adapter's layers with training between (method §7): in each round every layer that is left is switched
/// off alone, the quarter whose going costs least goes, and the rest is trained on, so that what is left can take over what went. Columns
/// of layer statistics: <c>progressive</c>, the place in the elimination (the first to go has 0); <c>progressive_loss</c>, the loss on the
/// probe of the set whose weakest layer this one is, for the first to go of each round and the last one left.
/// </summary>
/// <remarks>Cost with A adapted layers: about 2A forward passes of the probe, and the steps of the task. Of equal losses the highest layer
/// goes. The adapter is changed.</remarks>
internal static class ProgressiveElimination
{
    /// <summary>Eliminates until one layer is left and adds the columns.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="adapters">The trained adapter of the layers to be ranked.</param>
    /// <param name="samples">Text that it was not trained on; at least one sample, each with a supervised token.</param>
    /// <param name="task">The training, its steps shared out over the rounds.</param>
    /// <param name="progress">Called after each micro-batch of each round and after each step.</param>
    /// <param name="statistics">The statistics.</param>
    public static Either<FloeError, LayerStatistics> Run(
        Decoder model,
        AdapterSet adapters,
        IReadOnlyList<TokenizedSample> samples,
        TrainingTask task,
        Action<StageProgress> progress,
        LayerStatistics statistics) =>
        from batches in MicroBatches.ByTokens(samples, sample => sample.Ids.Count, task.MicroBatchTokens)
            .Each(some => LossBatch.Mean(model.Config, some))
        from gone in Adapted.Bind("progressive", model, adapters, () => new Rounds(model, adapters, batches, task, progress).Run())
        from placed in statistics.With(
            "progressive", LayerStatistics.Column(statistics.Layers, gone.Select((layer, place) => (layer.Layer, (double)place))))
        from all in placed.With(
            "progressive_loss", LayerStatistics.Column(statistics.Layers, gone.Select(layer => (layer.Layer, layer.Loss))))
        select all;

    private static int Leaving(int left) => (left + 3) / 4;

    // How often a quarter goes until one layer is left.
    private static int Count(int left) => left < 2 ? 0 : 1 + Count(left - Leaving(left));

    private sealed class Rounds(
        Decoder model, AdapterSet adapters, IReadOnlyList<LossBatch> batches, TrainingTask task, Action<StageProgress> progress)
    {
        private long done, tokens;

        // Layers in the order of their going.
        public Either<FloeError, Arr<(int Layer, double Loss)>> Run()
        {
            using Optimizer optimizer = new([.. adapters.Parameters], task.Optimizer);
            int[] left = [.. Enumerable.Range(0, model.Layers.Count).Where(layer => adapters.Layer(layer) is not null)];
            List<(int Layer, double Loss)> gone = [];
            int rounds = Count(left.Length);
            for (int round = 0; left.Length > 1; round++)
            {
                SetLoss look = Look(left);
                int[] weakest = [
                    .. Enumerable.Range(0, left.Length).OrderBy(i => look.Changed[i]).ThenByDescending(i => left[i])
                        .Take(Leaving(left.Length))];
                gone.AddRange(weakest.Select((i, place) => (left[i], place == 0 ? look.Whole : double.NaN)));
                left = [.. left.Where((_, i) => !weakest.Contains(i))];
                if (Train(optimizer, left, task.Steps * round / rounds, task.Steps * (round + 1) / rounds)
                    .Failed(out FloeError? error, out _))
                {
                    return error;
                }
            }

            return toArray(gone.Concat(left.Select(last => (last, Look([last]).Whole))));
        }

        private SetLoss Look(int[] left)
        {
            int at = 0;
            return SetLosses.Of(
                model, adapters, batches, left.ToHashSet(), left, () => Told(batches[at++].Batch.Tokens * (left.Length + 1L)));
        }

        private Either<FloeError, int> Train(Optimizer optimizer, int[] left, int first, int end) => OptimizerLoop.Run(
            task with { Steps = end },
            optimizer,
            AdapterTraining.Accumulate(model, new LayerSubset(adapters, left.ToHashSet())),
            first,
            step =>
            {
                Told(step.Tokens);
                return unit;
            },
            CancellationToken.None);

        private void Told(long more)
        {
            tokens += more;
            progress(new StageProgress("probe: progressive", ++done, 0, tokens));
        }
    }
}
