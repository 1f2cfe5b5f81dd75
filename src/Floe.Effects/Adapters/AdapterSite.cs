using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Adapters;

namespace Floe.Effects.Adapters;

/// <summary>A linear layer that an adapter sits on.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Module">One of <see cref="DecoderLayout.Modules"/>.</param>
public readonly record struct AdapterSite(int Layer, string Module)
{
    /// <summary>Place among all sites of a decoder: by layer, then in the order of <see cref="DecoderLayout.Modules"/>.</summary>
    public int Place => (Layer * DecoderLayout.Modules.Count) + DecoderLayout.Modules.IndexOf(Module);

    /// <summary>Names of its tensors in a checkpoint, in the order A, B (one an expert), router.</summary>
    /// <param name="kind">LoRA or Hydra.</param>
    /// <param name="experts">M.</param>
    public IReadOnlyList<string> TensorNames(AdapterKind kind, int experts)
    {
        (int layer, string module) = (Layer, Module);
        return kind == AdapterKind.Lora
            ? [AdapterNames.A(layer, module), AdapterNames.B(layer, module)]
            : [AdapterNames.A(layer, module), .. Enumerable.Range(0, experts).Select(i => AdapterNames.B(layer, module, i)), AdapterNames.Route(layer, module)];
    }
}
