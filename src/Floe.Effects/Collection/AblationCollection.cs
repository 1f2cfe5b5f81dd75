using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Training;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Collection;

/// <summary>
/// What a trained adapter loses and gains by its layers, on text that it was not trained on (method §7). Columns of layer statistics:
/// <c>ablate</c>, the rise of the mean token loss in nats when one layer's adapter is off; <c>backward</c>, the place in greedy elimination
/// (the layer whose going costs least goes first and has 0; the last one left has the most); <c>forward</c>, the same of greedy addition
/// (the layer added first has the most). Ties keep the lower layer. <c>backward_loss</c> and <c>forward_loss</c> are the losses along the
/// way: of the set whose weakest layer this one is, so that the whole path shows which n is enough.
/// </summary>
/// <remarks>
/// A layer without adapter has no value. Cost in forward passes of the text, A adapted layers of L, adapters spread over depth:
/// <c>ablate</c> A/2 + 1, <c>backward</c> and <c>forward</c> about A²/4 + A each.
/// </remarks>
internal static class AblationCollection
{
    /// <summary>Columns that are asked for, added to statistics.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="adapter">The trained adapter.</param>
    /// <param name="samples">Text that it was not trained on; at least one sample, each with a supervised token.</param>
    /// <param name="wanted">What to look at; <see cref="LayerProbe.Gates"/> is another collection's.</param>
    /// <param name="microBatchTokens">Positions that one pass may hold.</param>
    /// <param name="progress">Called after each micro-batch of each round.</param>
    public static Either<FloeError, LayerStatistics> Run(
        Decoder model,
        IDecoderAdapter adapter,
        IReadOnlyList<TokenizedSample> samples,
        IReadOnlyCollection<LayerProbe> wanted,
        int microBatchTokens,
        Action<StageProgress> progress) =>
        from layered in Adapted.ByLayers("probe", adapter)
        from batches in MicroBatches.ByTokens(samples, sample => sample.Ids.Count, microBatchTokens)
            .Each(some => LossBatch.Mean(model.Config, some))
        from columns in Adapted.Run("probe", model, adapter, () => Columns(new Looks(model, adapter, batches, progress), wanted))
        from statistics in columns.Aggregate(
            Right<FloeError, LayerStatistics>(LayerStatistics.None(model.Shape.Layers)), (all, column) =>
                all.Bind(s => s.With(column.Name, column.Values)))
        select statistics;

    private static List<(string Name, double[] Values)> Columns(Looks looks, IReadOnlyCollection<LayerProbe> wanted)
    {
        List<(string, double[])> columns = [];

        // The first round of elimination is the ablation of each layer.
        SetLoss first = wanted.Contains(LayerProbe.Ablate) || wanted.Contains(LayerProbe.Backward)
            ? looks.Round(LayerProbe.Ablate, looks.Adapted.ToHashSet(), looks.Adapted)
            : new SetLoss(0, []);
        if (wanted.Contains(LayerProbe.Ablate))
        {
            columns.Add(
                (LayerProbe.Ablate.Column(), looks.Filled(looks.Adapted.Select((layer, i) => (layer, first.Changed[i] - first.Whole)))));
        }

        if (wanted.Contains(LayerProbe.Backward))
        {
            columns.AddRange(Path(looks, LayerProbe.Backward, Elimination(looks, first)));
        }

        if (wanted.Contains(LayerProbe.Forward))
        {
            columns.AddRange(Path(looks, LayerProbe.Forward, Addition(looks)));
        }

        return columns;
    }

    // Layers from the weakest to the strongest, each with the loss of the set of it and all after it.
    private static IEnumerable<(string Name, double[] Values)> Path(
        Looks looks, LayerProbe probe, IReadOnlyList<(int Layer, double Loss)> ascending) =>
    [
        (probe.Column(), looks.Filled(ascending.Select((step, place) => (step.Layer, (double)place)))),
        ($"{probe.Column()}_loss", looks.Filled(ascending.Select(step => (step.Layer, step.Loss)))),
    ];

    private static List<(int Layer, double Loss)> Elimination(Looks looks, SetLoss first)
    {
        List<(int, double)> gone = [];
        List<int> on = [.. looks.Adapted];
        SetLoss round = first;
        while (on.Count > 0)
        {
            int weakest = on.Count == 1 ? 0 : LastSmallest(round.Changed);
            double left = round.Changed[weakest];
            gone.Add((on[weakest], round.Whole));
            on.RemoveAt(weakest);
            round = on.Count > 1 ? looks.Round(LayerProbe.Backward, on.ToHashSet(), on) : new SetLoss(left, [left]);
        }

        return gone;
    }

    private static List<(int Layer, double Loss)> Addition(Looks looks)
    {
        List<(int, double)> added = [];
        List<int> off = [.. looks.Adapted];
        System.Collections.Generic.HashSet<int> on = [];
        while (off.Count > 0)
        {
            SetLoss round = looks.Round(LayerProbe.Forward, on, off);
            int best = System.Array.IndexOf(round.Changed, round.Changed.Min());
            added.Insert(0, (off[best], round.Changed[best]));
            on.Add(off[best]);
            off.RemoveAt(best);
        }

        return added;
    }

    // Of equal losses the highest layer goes.
    private static int LastSmallest(double[] losses) => System.Array.LastIndexOf(losses, losses.Min());

    private sealed class Looks(Decoder model, IDecoderAdapter adapter, IReadOnlyList<LossBatch> batches, Action<StageProgress> progress)
    {
        private long done;
        private long tokens;

        public IReadOnlyList<int> Adapted { get; } = [
            .. Enumerable.Range(0, model.Layers.Count).Where(layer => adapter.Layer(layer) is not null)];

        public SetLoss Round(LayerProbe probe, IReadOnlySet<int> on, IReadOnlyList<int> candidates)
        {
            int at = 0;
            return SetLosses.Of(model, adapter, batches, on, candidates, () =>
            {
                tokens += (long)batches[at++].Batch.Tokens * (candidates.Count + 1);
                progress(new StageProgress($"probe: {probe.Column()}", ++done, 0, tokens));
            });
        }

        public double[] Filled(IEnumerable<(int Layer, double Value)> values) => LayerStatistics.Column(model.Layers.Count, values);
    }
}
