using Floe.Domain.Adapters;
using Floe.Effects.Formats.Adapters;

namespace Floe.Effects.Adapters;

/// <summary>A linear layer that an adapter sits on.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Module">A linear layer of it.</param>
public readonly record struct AdapterSite(int Layer, Projection Module)
{
    /// <summary>Place among all sites of a decoder: by layer, then in the order of <see cref="Projection"/>.</summary>
    public int Place => (Layer * Projections.All.Count) + (int)Module;

    /// <summary>Names of its tensors in a checkpoint, in the order A, B (one an expert), router.</summary>
    /// <param name="kind">LoRA or Hydra.</param>
    /// <param name="experts">M.</param>
    public IReadOnlyList<string> TensorNames(AdapterKind kind, int experts)
    {
        (int layer, Projection module) = (Layer, Module);
        return kind == AdapterKind.Lora
            ? [AdapterNames.A(layer, module), AdapterNames.B(layer, module)]
            : [AdapterNames.A(layer, module), .. Enumerable.Range(0, experts).Select(i => AdapterNames.B(layer, module, i)), AdapterNames.Route(layer, module)];
    }
}
