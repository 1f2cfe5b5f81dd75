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
/// Tunes binary masks on text (method §6): layer by layer, heads before neurons, so that every component is solved for in the stream whose
/// earlier components already carry their tuned masks.
/// </summary>
internal static class MaskTuning
{
    /// <summary>Tunes every component, from all tokens of the samples.</summary>
    /// <param name="model">Weights.</param>
    /// <param name="adapters">The adapted model's modules; null for the base model.</param>
    /// <param name="masks">Which units are kept.</param>
    /// <param name="samples">The text; at least one.</param>
    /// <param name="options">How. <see cref="TuningMode.Teacher"/> takes x′ = x.</param>
    /// <param name="progress">Called after each component.</param>
    /// <returns>Masks with the status of each component, or the first error.</returns>
    public static Either<FloeError, UnitMasks> Run(
        Decoder model,
        AdapterSet? adapters,
        BinaryMasks masks,
        IReadOnlyList<TokenizedSample> samples,
        TuningOptions options,
        Action<StageProgress>? progress = null) => masks.Shape != model.Shape
            ? new FloeError.BadData("masks", $"{model.Shape}", $"{masks.Shape}", "Use masks of this model.")
            : from batches in MicroBatches.ByTokens(samples, s => s.Ids.Count).Each(piece => TokenBatch.Of(model.Config, piece))
              from some in Steps.Check(
                  batches.Count > 0, () => new FloeError.Usage("tune", "at least one sample", "none", "Give more samples."))
              from layered in Adapted.ByLayers("tune", adapters)
              from tuned in Adapted.Bind("tune", model, adapters, () => Tune(model, adapters, masks, batches, options, progress))
              select tuned;

    private static Either<FloeError, UnitMasks> Tune(
        Decoder model, AdapterSet? adapters, BinaryMasks binary, IReadOnlyList<TokenBatch> batches,
        TuningOptions options, Action<StageProgress>? progress)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        TuningStream[] streams = [.. batches.Select(batch => TuningStream.Start(model, batch))];
        try
        {
            return Tune(model, adapters, binary, streams, options, progress);
        }
        finally
        {
            System.Array.ForEach(streams, stream => stream.Dispose());
        }
    }

    private static Either<FloeError, UnitMasks> Tune(Decoder model, AdapterSet? adapters, BinaryMasks binary, TuningStream[] streams,
        TuningOptions options, Action<StageProgress>? progress)
    {
        UnitMasks masks = binary.ToUnitMasks();
        int components = 2 * model.Layers.Count;
        for (int done = 0; done < components; done++)
        {
            TuningComponent component = new(model.Layers[done / 2], adapters?.Layer(done / 2), (Component)(done % 2));
            if (Solve(component, streams, binary.OfComponent(done / 2, component.Kind).ToArray(), options)
                .Bind(solved => masks.With(done / 2, component.Kind, solved.Masks.ToArray(), solved.Status))
                .Failed(out FloeError? error, out UnitMasks? next))
            {
                return error;
            }

            masks = next;
            component.Advance(streams, masks.OfComponent(done / 2, component.Kind), options.Mode);
            progress?.Invoke(new StageProgress(
                "tune", done + 1, components, streams.Sum(s => (long)s.Batch.Batch.Tokens) * (done + 1) / components));
        }

        return masks;
    }

    private static Either<FloeError, ComponentTuning> Solve(
        TuningComponent component, TuningStream[] streams, bool[] kept, TuningOptions options)
    {
        int[] units = options.Mode == TuningMode.Retained || options.Mode == TuningMode.Ancestor
            ? [.. Enumerable.Range(0, kept.Length).Where(unit => kept[unit])]
            : [.. Enumerable.Range(0, kept.Length)];
        using EquationSums sums = component.Sums(units);
        foreach (TuningStream stream in streams)
        {
            component.Collect(stream, kept, options.Mode, sums);
        }

        return sums.ToEquations().Bind(equations => units.Length == kept.Length
            ? Tuning.Component(equations, kept, options)
            : Tuning.Component(equations, [.. units.Select(_ => true)], options).Map(solved => Spread(solved, units, kept.Length)));
    }

    private static ComponentTuning Spread(ComponentTuning solved, int[] units, int count)
    {
        double[] all = new double[count];
        for (int i = 0; i < units.Length; i++)
        {
            all[units[i]] = solved.Masks[i];
        }

        return solved with { Masks = Prelude.toArray(all) };
    }
}
