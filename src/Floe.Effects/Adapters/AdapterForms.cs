using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;

namespace Floe.Effects.Adapters;

/// <summary>What each kind of adapter is outside the Domain: one file a kind beside this one, and its line here.</summary>
internal static class AdapterForms
{
    /// <summary>How a kind is stored.</summary>
    public static StoredForm Stored(AdapterKind kind) => kind.Match(
        lora: _ => Lora.Stored,
        hydra: _ => Hydra.Stored,
        dora: _ => Dora.Stored,
        ia3: Ia3.Stored,
        loraMoe: _ => LoraMoe.Stored);

    /// <summary>What a kind is in memory.</summary>
    public static TensorForm Tensors(AdapterKind kind) => kind.Match(
        lora: _ => Lora.Tensors,
        hydra: _ => Hydra.Tensors,
        dora: _ => Dora.Tensors,
        ia3: Ia3.Tensors,
        loraMoe: _ => LoraMoe.Tensors);
}
