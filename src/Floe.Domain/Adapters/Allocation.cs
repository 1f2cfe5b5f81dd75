using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Adapters;

/// <summary>The limits of an allocation.</summary>
/// <param name="MinRank">Rank that every chosen layer gets at least.</param>
/// <param name="MaxRank">Largest rank of a layer.</param>
/// <param name="MinExperts">Experts that every chosen layer gets at least; 1 for LoRA.</param>
/// <param name="MaxExperts">Most experts of a layer; 1 for LoRA.</param>
public sealed record AllocationLimits(int MinRank, int MaxRank, int MinExperts, int MaxExperts);

/// <summary>
/// Per-layer allocation, the paper's stated future work: how many experts and which rank each chosen layer gets from one budget of
/// trainable parameters, in proportion to importance.
/// </summary>
/// <remarks>
/// Every layer starts at the lower limits. One rank or one expert more is then given again and again to the layer with the largest s_k /
/// share, where share is what the layer would have of that quantity as a part of its upper limit: the highest-averages rule (D'Hondt) for
/// both at once. A step that does not fit the budget is passed over, and the search ends when none fits; a layer never gets ahead of one of
/// more importance. Ties: the lower layer, then rank before experts. Layers that all have no importance count as equal.
/// </remarks>
public static class Allocation
{
    /// <summary>
    /// A plan whose layers' ranks and experts follow importance. Errors: no layer, importance that is negative or not finite, limits that
    /// are reversed or below 1, a budget that the lower limits already exceed, those of <see cref="AdapterParameters.Count(AdapterPlan,
    /// ModelShape)"/>.
    /// </summary>
    /// <param name="template">Adapter, modules, α and dropout; its layers are replaced.</param>
    /// <param name="shape">The decoder.</param>
    /// <param name="layers">Chosen layers, ascending.</param>
    /// <param name="importance">s_k of every layer of the decoder.</param>
    /// <param name="limits">Ranks and experts allowed.</param>
    /// <param name="parameters">Most trainable parameters of the whole plan.</param>
    public static Either<FloeError, AdapterPlan> Run(
        AdapterPlan template, ModelShape shape, Arr<int> layers, ReadOnlySpan<double> importance, AllocationLimits limits, long parameters)
    {
        if (Fault(template, layers, importance, limits) is { } fault)
        {
            return Left<FloeError, AdapterPlan>(fault);
        }

        double[] weights = Weights(layers, importance);
        AdapterPlan lowest = template with { Layers = toArray(
            layers.Select(l => new LayerAdapter(l, limits.MinRank, limits.MinExperts))), Overrides = Arr<ModuleOverride>.Empty };
        return AdapterParameters.Count(lowest, shape).Bind(count => count > parameters
            ? Left<FloeError, AdapterPlan>(
                new FloeError.Usage(
                    "parameters", $"at least {count}, what the lower limits need", $"{parameters}",
                        "Raise the budget, or choose fewer layers."))
            : Right<FloeError, AdapterPlan>(
                lowest with { Layers = toArray(Fill([.. lowest.Layers], lowest, shape, weights, limits, parameters - count)) }));
    }

    private static LayerAdapter[] Fill(
        LayerAdapter[] layers, AdapterPlan plan, ModelShape shape, double[] weights, AllocationLimits limits, long room)
    {
        while (Best(layers, plan, shape, weights, limits, room) is { } step)
        {
            layers[step.Place] = step.Next;
            room -= step.Cost;
        }

        return layers;
    }

    private static Step? Best(
        LayerAdapter[] layers, AdapterPlan plan, ModelShape shape, double[] weights, AllocationLimits limits, long room)
    {
        Step? best = null;
        for (int place = 0; place < layers.Length; place++)
        {
            LayerAdapter now = layers[place];
            LayerAdapter rank = now with { Rank = now.Rank + 1 };
            LayerAdapter expert = now with { Experts = now.Experts + 1 };
            int mostRank = Ahead(layers, weights, place, limits.MaxRank, l => l.Rank);
            int mostExperts = Ahead(layers, weights, place, limits.MaxExperts, l => l.Experts);
            best = rank.Rank <= mostRank
                ? Better(best, place, now, rank, weights[place] * limits.MaxRank / rank.Rank, plan, shape, room)
                : best;
            best = expert.Experts <= mostExperts
                ? Better(best, place, now, expert, weights[place] * limits.MaxExperts / expert.Experts, plan, shape, room)
                : best;
        }

        return best;
    }

    // The most that a layer may have now: the limit, and what every layer of more importance has.
    private static int Ahead(LayerAdapter[] layers, double[] weights, int place, int limit, Func<LayerAdapter, int> amount)
    {
        int most = limit;
        for (int other = 0; other < layers.Length; other++)
        {
            most = weights[other] > weights[place] ? Math.Min(most, amount(layers[other])) : most;
        }

        return most;
    }

    private static Step? Better(
        Step? best, int place, LayerAdapter now, LayerAdapter next, double priority, AdapterPlan plan, ModelShape shape, long room)
    {
        long cost = Parameters(plan, shape, next) - Parameters(plan, shape, now);
        return cost <= room && (best is null || priority > best.Value.Priority) ? new Step(place, next, cost, priority) : best;
    }

    private static long Parameters(AdapterPlan plan, ModelShape shape, LayerAdapter layer) =>
        plan.Modules.Sum(
            module => AdapterParameters.Count(plan.Kind, new AdapterSite(layer.Layer, module, layer.Rank, layer.Experts, shape)));

    private static double[] Weights(Arr<int> layers, ReadOnlySpan<double> importance)
    {
        double[] weights = new double[layers.Count];
        for (int place = 0; place < weights.Length; place++)
        {
            weights[place] = importance[layers[place]];
        }

        return weights.All(w => w == 0) ? [.. weights.Select(_ => 1.0)] : weights;
    }

    private static FloeError.Usage? Fault(AdapterPlan template, Arr<int> layers, ReadOnlySpan<double> importance, AllocationLimits limits)
    {
        bool ordered = limits.MinRank >= 1
            && limits.MaxRank >= limits.MinRank
            && limits.MinExperts >= 1
            && limits.MaxExperts >= limits.MinExperts;
        if (!ordered || (!template.Kind.HasExperts && limits.MaxExperts != 1) || (!template.Kind.HasRank && limits.MaxRank != 1))
        {
            return new(
                "limits", $"1 ≤ least ≤ most for ranks and experts, 1 where {template.Kind.Title} has none", limits.ToString(),
                    "Change the limits.");
        }

        foreach (int layer in layers)
        {
            if (layer < 0 || layer >= importance.Length || !(importance[layer] >= 0) || !double.IsFinite(importance[layer]))
            {
                return new(
                    $"layer {layer}", $"a layer from 0 to {importance.Length - 1} with a finite importance of at least 0", "another",
                        "Allocate to layers that a selection chose.");
            }
        }

        return layers.IsEmpty ? new("layers", "at least one layer", "none", "Choose layers first.") : null;
    }

    private readonly record struct Step(int Place, LayerAdapter Next, long Cost, double Priority);
}
