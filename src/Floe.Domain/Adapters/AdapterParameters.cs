using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Adapters;

/// <summary>Exact number of trainable parameters of a plan.</summary>
public static class AdapterParameters
{
    /// <summary>
    /// The sum over the plan's linear layers of what <see cref="AdapterKind.TensorsOn"/> says. Hydra on gate, up and down of all layers of
    /// LLaMA-2-7B with r = 8 and M = 4: 34,111,488 (method §10).
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="shape">The decoder.</param>
    /// <returns>The count; or <see cref="FloeError.Usage"/> for a plan that is not sound (<see cref="AdapterPlan.Checked"/>) or a layer
    /// that the decoder does not have.</returns>
    public static Either<FloeError, long> Count(AdapterPlan plan, ModelShape shape) =>
        from sound in plan.Checked()
        from inside in Inside(plan, shape)
        select plan.SitesOn(shape).Sum(site => Count(plan.Kind, site));

    /// <summary>Parameters of one linear layer.</summary>
    internal static long Count(AdapterKind kind, AdapterSite site) => kind.TensorsOn(site).Sum(tensor => tensor.Count);

    private static Either<FloeError, Unit> Inside(AdapterPlan plan, ModelShape shape) =>
        Outside(plan, shape) is { } fault ? fault : Unit.Default;

    private static FloeError.Usage? Outside(AdapterPlan plan, ModelShape shape)
    {
        if (shape.Layers < 1 || shape.Heads < 1 || shape.KvHeads < 1 || shape.Neurons < 1 || shape.Hidden < 1 || shape.HeadDim < 1
            || (long)shape.Heads * shape.HeadDim > int.MaxValue || (long)shape.KvHeads * shape.HeadDim > int.MaxValue)
        {
            return new("decoder", "sizes of at least 1, and widths up to 2147483647", $"{shape}", "Give the sizes of a decoder.");
        }

        foreach (LayerAdapter layer in plan.Layers)
        {
            if (layer.Layer >= shape.Layers)
            {
                return new(
                    "layers", $"layers from 0 to {shape.Layers - 1}, which the model has", $"{layer.Layer}", "Name layers of this model.");
            }
        }

        foreach (AdapterSite site in plan.SitesOn(shape))
        {
            // The experts' matrices lie side by side in one tensor.
            if (plan.Kind.TensorsOn(site).Sum(tensor => (double)tensor.Count) > int.MaxValue)
            {
                return new(
                    $"layer {site.Layer}, {site.Module.Name()}", "matrices of at most 2147483647 numbers",
                        $"rank {site.Rank}, {site.Experts} experts",
                    "Take a smaller rank or fewer experts.");
            }
        }

        return null;
    }
}
