using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Adapters;

/// <summary>Exact number of trainable parameters of a plan.</summary>
public static class AdapterParameters
{
    /// <summary>
    /// LoRA: r·(in + out) a module. Hydra: r·in + M·r·out + M·in (shared A, M experts B, router). On LLaMA-2-7B, gate, up and down of all layers
    /// with r = 8 and M = 4 give 34,111,488 (method §10).
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="shape">The decoder.</param>
    /// <returns>The count; or <see cref="FloeError.Usage"/> for a plan that is not sound (<see cref="AdapterPlan.Checked"/>) or a layer that the decoder
    /// does not have.</returns>
    public static Either<FloeError, long> Count(AdapterPlan plan, ModelShape shape) =>
        from sound in plan.Checked()
        from inside in Inside(plan, shape)
        select plan.Sites.Sum(site => Count(plan.Kind, site.Layer with { Rank = plan.RankOf(site.Layer, site.Module) }, site.Module, shape));

    /// <summary>Parameters of one module of one layer.</summary>
    internal static long Count(AdapterKind kind, LayerAdapter layer, Projection module, ModelShape shape)
    {
        (long rank, long experts, long input, long output) = (layer.Rank, layer.Experts, module.Input(shape), module.Output(shape));
        return kind == AdapterKind.Lora
            ? rank * (input + output)
            : (rank * input) + (experts * rank * output) + (experts * input);
    }

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
                return new("layers", $"layers from 0 to {shape.Layers - 1}, which the model has", $"{layer.Layer}", "Name layers of this model.");
            }
        }

        foreach ((LayerAdapter layer, Projection module) in plan.Sites)
        {
            (long input, long output) = (module.Input(shape), module.Output(shape));
            long rank = plan.RankOf(layer, module);
            if (rank * input > int.MaxValue || (long)layer.Experts * input > int.MaxValue || layer.Experts * rank > int.MaxValue / output)
            {
                return new($"layer {layer.Layer}, {module.Name()}", "matrices of at most 2147483647 numbers", $"rank {rank}, {layer.Experts} experts",
                    "Take a smaller rank or fewer experts.");
            }
        }

        return null;
    }
}
