using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Training;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>
/// Gradients of each sample's loss by one gate a layer on a trained adapter's output, at γ = 1, for <see cref="GateModel"/>: one forward
/// and one backward pass of the text, all samples of a micro-batch at once, since each has gates of its own.
/// </summary>
internal static class GateCollection
{
    /// <summary>Collects them and adds the model's columns. A layer without adapter has gradient 0.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="adapter">The trained adapter, run without dropout.</param>
    /// <param name="samples">At least one, each with a supervised token.</param>
    /// <param name="microBatchTokens">Positions that one pass may hold.</param>
    /// <param name="progress">Called after each micro-batch.</param>
    /// <param name="statistics">The other columns.</param>
    public static Either<FloeError, LayerStatistics> Run(
        Decoder model, IDecoderAdapter adapter, IReadOnlyList<TokenizedSample> samples, int microBatchTokens,
            Action<StageProgress> progress, LayerStatistics statistics) =>
        from gated in Steps.Check(adapter.Lead == 0, () => new FloeError.Unsupported(
            "probe", "gates on keys and values before the sequence", "an adapter of linear layers", "Leave the policy gates out."))
        from batches in MicroBatches.ByTokens(samples, sample => sample.Ids.Count, microBatchTokens)
            .Each(some => LossBatch.Of(model.Config, some, LossWeights.SampleMeans))
        from rows in Rows(model, adapter, batches, progress)
        from gates in GateModel.Of(rows)
        from columns in gates.AddTo(statistics)
        select columns;

    /// <summary>∂ℓ_x/∂γ, [L], one row a sample; ℓ_x is the sample's mean token loss.</summary>
    private static Either<FloeError, IReadOnlyList<double[]>> Rows(
        Decoder model, IDecoderAdapter adapter, IReadOnlyList<LossBatch> batches, Action<StageProgress> progress) =>
            Adapted.Run("probe", model, adapter, () =>
        {
            List<double[]> rows = [];
            long tokens = 0;
            for (int b = 0; b < batches.Count; b++)
            {
                rows.AddRange(Batch(model, adapter, batches[b]));
                progress(new StageProgress("probe: gates", b + 1, batches.Count, tokens += batches[b].Batch.Tokens));
            }

            return (IReadOnlyList<double[]>)rows;
        });

    private static double[][] Batch(Decoder model, IDecoderAdapter adapter, LossBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using BatchTensors tensors = BatchTensors.Of(model, batch.Batch);
        int layers = model.Layers.Count;
        long[] owners = [.. batch.Batch.Lengths.ToArray().SelectMany((length, sequence) => Enumerable.Repeat((long)sequence, length))];
        Tensor gates = ones(batch.Batch.Sequences, layers, ScalarType.Float32, model.Device).requires_grad_();
        Tensor[] columns = gates.index_select(0, tensor(owners, [owners.Length]).to(model.Device)).split(1, 1);
        Tensor hidden = DecoderPass.Run(model, tensors, new GatedAdapter(adapter, columns));
        using HeadLoss loss = HeadLoss.Of(model, hidden, batch.Targets, gradient: true);
        Tensor gradient = hidden.requires_grad ? LeafGradients.Of(hidden, [gates], loss.Gradient!)[0] : zeros_like(gates);
        return [.. Tensors.Floats(gradient.detach()).Chunk(layers).Select(row => System.Array.ConvertAll(row, value => (double)value))];
    }
}
