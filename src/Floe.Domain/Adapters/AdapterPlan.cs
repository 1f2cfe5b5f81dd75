using LanguageExt;

namespace Floe.Domain.Adapters;

/// <summary>The kinds of adapter that a plan can ask for.</summary>
public enum AdapterKind
{
    /// <summary>LoRA, y = W x + (α/r) B A x (PEFT).</summary>
    Lora = 0,

    /// <summary>HydraLoRA, y = W x + (α/r) Σ_i softmax(R x)_i B_i A x: one shared A, several experts B_i, a router R a module.</summary>
    Hydra = 1,
}

/// <summary>What one decoder layer gets.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Rank">r, the inner dimension of A and B, at least 1.</param>
/// <param name="Experts">M, number of B matrices; 1 for plain LoRA.</param>
public readonly record struct LayerAdapter(int Layer, int Rank, int Experts);

/// <summary>
/// Which layers carry which adapter: one immutable value (method §8). The output of selection and rank search, the input of training.
/// </summary>
/// <param name="Kind">LoRA or Hydra.</param>
/// <param name="Modules">Linear layers adapted in each chosen decoder layer, by their Hugging Face names: <c>gate_proj</c>, <c>up_proj</c>,
/// <c>down_proj</c>, <c>q_proj</c>, <c>k_proj</c>, <c>v_proj</c>, <c>o_proj</c>.</param>
/// <param name="Layers">One entry an adapted layer, ascending by layer.</param>
/// <param name="Alpha">α; an adapter's output is scaled by α/r.</param>
/// <param name="Dropout">Probability of dropping an input of A while training, in [0, 1).</param>
public sealed record AdapterPlan(AdapterKind Kind, Arr<string> Modules, Arr<LayerAdapter> Layers, double Alpha, double Dropout);
