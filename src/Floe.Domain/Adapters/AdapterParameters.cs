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
    /// <returns>The count; or <see cref="FloeError.Usage"/> for an unknown module, a layer outside the decoder or given twice, a rank or a number
    /// of experts below 1, α not positive, or a dropout outside [0, 1).</returns>
    public static Either<FloeError, long> Count(AdapterPlan plan, ModelShape shape) => Fault(plan, shape) is { } fault
        ? fault
        : plan.Sites.Sum(site => Count(plan.Kind, site.Layer with { Rank = plan.RankOf(site.Layer, site.Module) }, Dimensions(site.Module, shape)));

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

    private static FloeError.Usage? Fault(AdapterPlan plan, ModelShape shape)
    {
        if (shape.Layers < 1 || shape.Heads < 1 || shape.KvHeads < 1 || shape.Neurons < 1 || shape.Hidden < 1 || shape.HeadDim < 1
            || (long)shape.Heads * shape.HeadDim > int.MaxValue || (long)shape.KvHeads * shape.HeadDim > int.MaxValue)
        {
            return new("decoder", "sizes of at least 1, and widths up to 2147483647", $"{shape}", "Give the sizes of a decoder.");
        }

        foreach (string module in plan.Modules)
        {
            if (Dimensions(module, shape) == (0, 0))
            {
                return new("modules", "q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj or down_proj", module, "Name linear layers of the decoder");
            }
        }

        if (!Enum.IsDefined(plan.Kind) || plan.Modules.Distinct().Count() < plan.Modules.Count)
        {
            return new("modules", "a kind of adapter, and each module once", $"{plan.Kind}: {string.Join(' ', plan.Modules)}", "Name each module once.");
        }

        System.Collections.Generic.HashSet<int> seen = [];
        foreach (LayerAdapter layer in plan.Layers)
        {
            if (layer.Layer < 0 || layer.Layer >= shape.Layers || !seen.Add(layer.Layer))
            {
                return new("layers", $"different layers from 0 to {shape.Layers - 1}", $"{layer.Layer}", "Name each adapted layer once");
            }

            if (layer.Rank < 1 || layer.Experts < 1 || (plan.Kind == AdapterKind.Lora && layer.Experts != 1))
            {
                return new($"layer {layer.Layer}", "a rank and a number of experts of at least 1 (LoRA: one expert)",
                    $"rank {layer.Rank}, {layer.Experts} experts", "Correct the plan");
            }
        }

        foreach (ModuleOverride one in plan.Overrides)
        {
            if (one.Rank < 1 || !(one.Alpha > 0.0 && double.IsFinite(one.Alpha)))
            {
                return new($"layer {one.Layer}, {one.Module}", "a rank of at least 1 and an alpha above 0", $"rank {one.Rank}, alpha {one.Alpha}", "Correct the plan.");
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

        return !(plan.Alpha > 0.0 && double.IsFinite(plan.Alpha)) || !(plan.Dropout >= 0.0 && plan.Dropout < 1.0)
            ? new("alpha, dropout", "alpha above 0 and dropout in [0, 1)", $"{plan.Alpha}, {plan.Dropout}", "Correct the plan")
            : null;
    }
}
