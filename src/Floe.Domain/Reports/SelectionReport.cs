using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Reports;

/// <summary>What a page shows of a selection.</summary>
/// <param name="Series">Fisher, Taylor and sparsities by layer.</param>
/// <param name="Masks">The final masks, binned.</param>
/// <param name="Search">Stages, budget, bound and exchanges.</param>
/// <param name="Tuning">How tuning ended; empty where it was not run.</param>
internal sealed record SelectionSummary(Arr<LayerSeries> Series, Arr<MaskMap> Masks, MaskSearchSummary Search, Arr<TuningOutcome> Tuning);

/// <summary>From a selection to what a page shows of it.</summary>
internal static class SelectionReport
{
    /// <summary>Most columns of a mask map.</summary>
    public const int MostBins = 64;

    private static readonly Arr<Component> Components = Array(Component.Head, Component.Neuron);

    /// <summary>The summary. Errors: those of <see cref="Importance.Of"/>.</summary>
    /// <param name="table">The scores that were selected from.</param>
    /// <param name="result">The selection, from binary masks.</param>
    /// <param name="tuned">Its masks after tuning, where that was run.</param>
    public static Either<FloeError, SelectionSummary> Of(ScoreTable table, SelectionResult result, Option<UnitMasks> tuned) =>
        from importance in Importance.Of(tuned.IfNone(result.Masks), result.Options.Weights)
        from search in Search(table, result, tuned)
        from maps in Maps(result.Search.Masks)
        select new SelectionSummary(
            Scores(table, result) + Sparsities(importance), maps, search, tuned.Map(Tuning).IfNone(Arr<TuningOutcome>.Empty));

    /// <summary>The maps of both components.</summary>
    /// <param name="masks">Binary masks.</param>
    public static Either<FloeError, Arr<MaskMap>> Maps(BinaryMasks masks) =>
        from heads in MaskMap.Bin(masks.Shape, Component.Head, masks.Kept, MostBins)
        from neurons in MaskMap.Bin(masks.Shape, Component.Neuron, masks.Kept, MostBins)
        select Array(heads, neurons);

    /// <summary>Sparsities as series.</summary>
    /// <param name="importance">Importance of every layer.</param>
    public static Arr<LayerSeries> Sparsities(LayerImportance importance)
    {
        string masks = importance.Source == MaskSource.Tuned ? "tuned masks" : "binary masks";
        return Array(
            new LayerSeries("Head sparsity", $"1 − mean m over the layer's heads, {masks}.", importance.HeadSparsity),
            new LayerSeries("Neuron sparsity", $"1 − mean m over the layer's neurons, {masks}.", importance.NeuronSparsity));
    }

    /// <summary>Tuning by layer and component.</summary>
    /// <param name="masks">Masks after tuning.</param>
    public static Arr<TuningOutcome> Tuning(UnitMasks masks) => toArray(
        from layer in Enumerable.Range(0, masks.Shape.Layers)
        from component in Components
        let status = masks.Status(layer, component)
        select new TuningOutcome(
            layer,
            component,
            status is TuningStatus.Tuned,
            status is TuningStatus.Binary binary ? binary.Reason : "",
            masks.Binary.OfComponent(layer, component).Count(true) / (double)masks.OfComponent(layer, component).Length,
            Mean(masks.OfComponent(layer, component))));

    private static Arr<LayerSeries> Scores(ScoreTable table, SelectionResult result) =>
        Array(new LayerSeries("Fisher", "Sum of the Fisher scores τ of the layer's heads and neurons.", result.LayerFisher))
        + (table.HasCosts
            ? Array(new LayerSeries("Taylor", "Sum of the Taylor scores t of the layer's heads and neurons.", result.LayerTaylor))
            : Arr<LayerSeries>.Empty);

    private static Either<FloeError, MaskSearchSummary> Search(ScoreTable table, SelectionResult result, Option<UnitMasks> tuned)
    {
        SelectionOptions options = result.Options;
        CostBasis costs = options.Determination == DeterminationForm.Literal || options.Refinement == RefinementForm.Literal
            ? CostBasis.Masked
            : result.Search.ScalarCosts ? CostBasis.Scalar : CostBasis.Unit;
        Arr<(string Name, UnitMasks Masks)> stages =
            Array<(string Name, UnitMasks Masks)>(("determination", result.Search.Determined.ToUnitMasks()))
            + (options.Refinement == RefinementForm.None
                ? Empty
                : Array<(string Name, UnitMasks Masks)>(("refinement", result.Search.Masks.ToUnitMasks())))
            + tuned.Map<(string Name, UnitMasks Masks)>(masks => ("tuning", masks)).ToArr();
        return stages.Fold(
            Right<FloeError, Arr<MaskStage>>(Arr<MaskStage>.Empty),
            (done, stage) =>
                done.Bind(all => Stage(table, costs, result.Search.ScalarCosts, options.Weights, stage.Name, stage.Masks).Map(all.Add)))
            .Map(all => new MaskSearchSummary(
                costs,
                result.Search.Budget,
                ExactSum.Of(table.Fisher),
                table.TotalCost,
                result.Search.Certificate.Upper,
                all,
                options.Refinement == RefinementForm.None
                    ? Arr<ExchangeCount>.Empty
                    : Exchanges(result.Search.Determined, result.Search.Masks)));
    }

    private static Arr<(string Name, UnitMasks Masks)> Empty => Arr<(string, UnitMasks)>.Empty;

    private static Either<FloeError, MaskStage> Stage(
        ScoreTable table, CostBasis costs, bool scalar, ComponentWeights weights, string name, UnitMasks masks) =>
        from importance in Importance.Of(masks, weights)
        from ranking in LayerRanking.Create(importance.Scores.ToArray())
        let heads = masks.Binary.Count(Component.Head)
        let neurons = masks.Binary.Count(Component.Neuron)
        let kept = scalar ? (heads * table.HeadCost) + (neurons * table.NeuronCost) : masks.Binary.SumKept(table.Taylor)
        select new MaskStage(
            name, heads, neurons, costs == CostBasis.Masked
                ? table.TotalCost - kept
                : kept, masks.Binary.SumKept(table.Fisher), toArray(ranking.Ranks.ToArray()));

    private static Arr<ExchangeCount> Exchanges(BinaryMasks before, BinaryMasks after) =>
        toArray(Enumerable.Range(0, before.Shape.Layers).Select(layer => new ExchangeCount(
            layer,
            Count(before, after, layer, Component.Head),
            Count(after, before, layer, Component.Head),
            Count(before, after, layer, Component.Neuron),
            Count(after, before, layer, Component.Neuron))));

    /// <summary>Units masked in one and kept in the other.</summary>
    private static int Count(BinaryMasks masked, BinaryMasks kept, int layer, Component component)
    {
        ReadOnlySpan<bool> from = masked.OfComponent(layer, component);
        ReadOnlySpan<bool> to = kept.OfComponent(layer, component);
        int count = 0;
        for (int at = 0; at < from.Length; at++)
        {
            count += !from[at] && to[at] ? 1 : 0;
        }

        return count;
    }

    private static double Mean(ReadOnlySpan<double> values) => ExactSum.Of(values) / values.Length;
}
