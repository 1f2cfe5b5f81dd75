using Floe.Domain.Adapters;

namespace Floe.Effects.Adapters;

/// <summary>A linear layer that an adapter sits on.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Module">Hugging Face name: <c>q_proj</c>, <c>gate_proj</c> …</param>
public readonly record struct AdapterSite(int Layer, string Module)
{
    private static readonly string[] Order = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>Every linear layer that can be adapted, in the order in which a decoder layer uses them.</summary>
    public static IReadOnlyList<string> Modules => Order;

    /// <summary>Its path inside a PEFT or HydraLoRA checkpoint.</summary>
    public string Path => $"base_model.model.model.layers.{Layer}.{(Module is "gate_proj" or "up_proj" or "down_proj" ? "mlp" : "self_attn")}.{Module}";

    /// <summary>Names of its tensors in a checkpoint, in the order A, B (one an expert), router.</summary>
    /// <param name="kind">LoRA or Hydra.</param>
    /// <param name="experts">M.</param>
    public IReadOnlyList<string> TensorNames(AdapterKind kind, int experts)
    {
        string path = Path;
        return kind == AdapterKind.Lora
            ? [$"{path}.lora_A.weight", $"{path}.lora_B.weight"]
            : [$"{path}.lora_A.weight", .. Enumerable.Range(0, experts).Select(i => $"{path}.lora_B{i}.weight"), $"{path}.lora_route.weight"];
    }

    /// <summary>Place among all sites of a decoder: by layer, then in the order of <see cref="Modules"/>.</summary>
    public int Place => (Layer * Order.Length) + Array.IndexOf(Order, Module);
}
