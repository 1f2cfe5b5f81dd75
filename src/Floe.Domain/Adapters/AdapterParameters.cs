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
        select plan.Sites.Sum(site => Count(plan.Kind, site.Layer with { Rank = plan.RankOf(site.Layer, site.Module) }, Dimensions(site.Module, shape)));

    /// <summary>Whether a name is that of a linear layer of a decoder layer.</summary>
    internal static bool IsModule(string name) => Dimensions(name, new ModelShape(1, 1, 1, 1, 1, 1)) != (0, 0);

    /// <summary>Input and output width of a linear layer.</summary>
    /// <param name="module">Hugging Face name; see <see cref="AdapterPlan.Modules"/>.</param>
    /// <param name="shape">The decoder.</param>
    /// <returns>(in, out); (0, 0) for a name that is not one.</returns>
    public static (int Input, int Output) Dimensions(string module, ModelShape shape) => module switch
    {
        "q_proj" => (shape.Hidden, shape.Heads * shape.HeadDim),
        "k_proj" or "v_proj" => (shape.Hidden, shape.KvHeads * shape.HeadDim),
        "o_proj" => (shape.Heads * shape.HeadDim, shape.Hidden),
        "gate_proj" or "up_proj" => (shape.Hidden, shape.Neurons),
        "down_proj" => (shape.Neurons, shape.Hidden),
        _ => (0, 0),
    };

    /// <summary>Parameters of one module of one layer.</summary>
    internal static long Count(AdapterKind kind, LayerAdapter layer, (int Input, int Output) size)
    {
        (long rank, long experts) = (layer.Rank, layer.Experts);
        return kind == AdapterKind.Lora
            ? rank * (size.Input + (long)size.Output)
            : (rank * size.Input) + (experts * rank * size.Output) + (experts * size.Input);
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

        foreach ((LayerAdapter layer, string module) in plan.Sites)
        {
            (int input, int output) = Dimensions(module, shape);
            long rank = plan.RankOf(layer, module);
            if (rank * input > int.MaxValue || (long)layer.Experts * input > int.MaxValue || layer.Experts * rank > int.MaxValue / output)
            {
                return new($"layer {layer.Layer}, {module}", "matrices of at most 2147483647 numbers", $"rank {rank}, {layer.Experts} experts",
                    "Take a smaller rank or fewer experts.");
            }
        }

        return null;
    }
}
