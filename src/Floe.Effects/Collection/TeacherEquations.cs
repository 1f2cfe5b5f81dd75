using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>
/// The tuning equations of every component of the unmasked model (method §6, <c>teacher</c>: x′ = x), in one pass. They serve any mask of
/// any budget: see <see cref="Tuning.Component"/> with <see cref="TuningMode.Teacher"/>.
/// </summary>
internal static class TeacherEquations
{
    /// <summary>Collects the equations; one component's are in memory at a time.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="adapters">The adapted model's modules; null for the base model.</param>
    /// <param name="samples">The text; at least one. Equations of disjoint texts add up.</param>
    /// <param name="sink">Takes (layer, component, equations over all its units), heads before neurons, layers ascending.</param>
    /// <param name="progress">Called after each component.</param>
    /// <returns>Unit, or the first error.</returns>
    public static Either<FloeError, Unit> Run(
        Decoder model,
        AdapterSet? adapters,
        IReadOnlyList<TokenizedSample> samples,
        Action<int, Component, NormalEquations> sink,
        Action<StageProgress>? progress = null) =>
        from batches in MicroBatches.ByTokens(samples, s => s.Ids.Count).Each(piece => TokenBatch.Of(model.Config, piece))
        from some in Steps.Check(
            batches.Count > 0, () => new FloeError.Usage("equations", "at least one sample", "none", "Give more samples."))
        from layered in Adapted.ByLayers("equations", adapters)
        from done in Adapted.Bind("equations", model, adapters, () => Collect(model, adapters, batches, sink, progress))
        select done;

    private static Either<FloeError, Unit> Collect(Decoder model, AdapterSet? adapters, IReadOnlyList<TokenBatch> batches,
        Action<int, Component, NormalEquations> sink, Action<StageProgress>? progress)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        TuningStream[] streams = [.. batches.Select(batch => TuningStream.Start(model, batch))];
        try
        {
            for (int done = 0; done < 2 * model.Layers.Count; done++)
            {
                TuningComponent component = new(model.Layers[done / 2], adapters?.Layer(done / 2), (Component)(done % 2));
                if (Equations(component, streams).Failed(out FloeError? error, out NormalEquations? found))
                {
                    return error;
                }

                sink(done / 2, component.Kind, found);
                progress?.Invoke(new StageProgress("collect: equations", done + 1, 2 * model.Layers.Count, 0));
            }

            return Prelude.unit;
        }
        finally
        {
            System.Array.ForEach(streams, stream => stream.Dispose());
        }
    }

    private static Either<FloeError, NormalEquations> Equations(TuningComponent component, TuningStream[] streams)
    {
        bool[] all = new bool[component.Projection.size(1) / component.Width];
        all.AsSpan().Fill(true);
        using EquationSums sums = component.Sums([.. Enumerable.Range(0, all.Length)]);
        foreach (TuningStream stream in streams)
        {
            component.Collect(stream, all, TuningMode.Teacher, sums);
        }

        return sums.ToEquations();
    }
}
