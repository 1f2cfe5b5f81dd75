using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Layers;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>A statistic of one linear layer.</summary>
/// <param name="Layer">Decoder layer.</param>
/// <param name="Module">The linear layer.</param>
/// <param name="Gradient">‖mean_x g_x‖_F, g_x = ∂ℓ_x/∂W.</param>
/// <param name="MeanSquare">mean_x ‖g_x‖_F².</param>
/// <param name="Page">Expected squared gradient of a fresh LoRA's B.</param>
public sealed record ModuleStatistics(int Layer, Projection Module, double Gradient, double MeanSquare, double Page);

/// <summary>What one pass over the sample tells about layers besides masks (method §7).</summary>
/// <param name="Layers">Columns <c>weight_norm</c>, <c>gradient</c>, <c>snr</c>, <c>page</c>, <c>cka</c>, <c>activation</c>.</param>
/// <param name="Modules">The gradient statistics by linear layer.</param>
internal sealed record CollectedStatistics(LayerStatistics Layers, IReadOnlyList<ModuleStatistics> Modules);

/// <summary>
/// Statistics that rival policies rank by, on the base model, in one forward and one layer-by-layer backward pass: <c>gradient</c> = √Σ
/// ‖mean g_x‖², <c>snr</c> = Σ ‖mean g_x‖² / Σ mean ‖g_x‖², <c>page</c> = Σ s² r/(3·in)·mean ‖g_x‖², sums over the adapted modules;
/// <c>cka</c> = 1 − linear CKA of the last token before and after the layer; <c>activation</c> = mean L2 norm of what the layer adds.
/// </summary>
/// <remarks>Sources: arXiv 2605.06183 (page), arXiv 2604.15351 (gradient), Layer-wise-LoRA-with-CKA (cka), Information 2026, 17, 283
/// (activation).</remarks>
internal static class LayerStatisticsCollection
{
    /// <summary>Most samples whose last token enters <c>cka</c>.</summary>
    private const int CkaSamples = 128;

    /// <summary>Collects the statistics.</summary>
    /// <param name="model">Weights, without adapters.</param>
    /// <param name="samples">At least one, each with a supervised token; samples are computed one at a time.</param>
    /// <param name="modules">The linear layers that would be adapted.</param>
    /// <param name="rank">r of the adapter that <c>page</c> imagines.</param>
    /// <param name="alpha">α of the adapter that <c>page</c> imagines.</param>
    /// <param name="progress">Called after each layer.</param>
    /// <returns>The statistics, or the first error.</returns>
    public static Either<FloeError, CollectedStatistics> Run(
        Decoder model, IReadOnlyList<TokenizedSample> samples, IReadOnlyList<Projection> modules, int rank, double alpha,
        Action<StageProgress>? progress = null)
    {
        AdapterPlan plan = new(new AdapterKind.Lora(), Prelude.toArray(modules), Prelude.Array(new LayerAdapter(0, rank, 1)), alpha, 0.0);
        return from fits in AdapterParameters.Count(plan, model.Shape)
               from parts in samples.Each(sample => LossBatch.Of(model.Config, [sample], LossWeights.SampleMeans))
               from enough in Steps.Check(parts.Count > 0, () =>
                   new FloeError.Usage("statistics", "at least one sample", "none", "Give more samples."))
               from norms in WeightNorms.Run(model)
               from collected in TensorEdge.Bind("statistics", () => Collect(model, parts, modules, rank, alpha / rank, norms, progress))
               select collected;
    }

    private static Either<FloeError, CollectedStatistics> Collect(
        Decoder model, IReadOnlyList<LossBatch> parts, IReadOnlyList<Projection> modules,
        int rank, double scale, double[] norms, Action<StageProgress>? progress)
    {
        using DisposeScope scope = NewDisposeScope();
        ModelShape shape = model.Shape;
        List<ModuleStatistics> found = [];
        double[] squares = new double[modules.Count];
        Tensor?[] sums = new Tensor?[modules.Count];
        StreamStatistics stream = new(shape.Layers, Math.Min(CkaSamples, parts.Count));
        BackwardStream.Run(model, null, parts, (_, _, gradients) =>
        {
            for (int m = 0; m < modules.Count; m++)
            {
                Tensor gradient = gradients.Of(modules[m], shape);
                squares[m] += WeightNorms.SquaredNorm(gradient);
                sums[m] = sums[m]?.add_(gradient) ?? gradient.clone().DetachFromDisposeScope();
            }
        }, layer =>
        {
            for (int m = 0; m < modules.Count; m++)
            {
                double mean = squares[m] / parts.Count;
                double page = scale * scale * rank / (3.0 * modules[m].Input(shape)) * mean;
                found.Add(new ModuleStatistics(layer, modules[m], Math.Sqrt(WeightNorms.SquaredNorm(sums[m]!)) / parts.Count, mean, page));
                sums[m]!.Dispose();
                (sums[m], squares[m]) = (null, 0.0);
            }

            progress?.Invoke(new StageProgress("collect: statistics", shape.Layers - layer, shape.Layers, 0));
        }, stream.Add);
        ModuleStatistics[] ordered = [.. found.OrderBy(m => m.Layer)];
        ILookup<int, ModuleStatistics> byLayer = ordered.ToLookup(m => m.Layer);
        return from a in LayerStatistics.None(shape.Layers).With("weight_norm", norms)
               from b in a.With("gradient", Each(layer => Math.Sqrt(layer.Sum(m => m.Gradient * m.Gradient))))
               from c in b.With("snr", Each(layer => layer.Sum(m => m.Gradient * m.Gradient) / layer.Sum(m => m.MeanSquare)))
               from d in c.With("page", Each(layer => layer.Sum(m => m.Page)))
               from e in d.With("cka", stream.OneMinusCka())
               from f in e.With("activation", stream.Activation())
               select new CollectedStatistics(f, ordered);

        double[] Each(Func<IEnumerable<ModuleStatistics>, double> value) =>
            [.. Enumerable.Range(0, shape.Layers).Select(layer => value(byLayer[layer]))];
    }
}
