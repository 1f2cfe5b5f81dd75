using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;

namespace Floe.Effects.Adapters;

/// <summary>What a kind of adapter is outside the Domain.</summary>
/// <param name="Stored">How it is stored.</param>
/// <param name="Made">Makes what it is in memory, when that is asked for: what only reads or writes files loads no LibTorch.</param>
internal sealed record AdapterForm(StoredForm Stored, Func<TensorForm> Made)
{
    /// <summary>What it is in memory.</summary>
    public TensorForm Tensors => Made();
}

/// <summary>What each kind of adapter is outside the Domain: the <c>Form</c> of its file beside this one.</summary>
internal static partial class AdapterForms
{
    /// <summary>Every kind with its form.</summary>
    public static IEnumerable<(AdapterKind Kind, StoredForm Form)> AllStored => AdapterKind.All.Map(kind => (kind, Stored(kind)));

    /// <summary>How a kind is stored.</summary>
    public static StoredForm Stored(AdapterKind kind) => Of(kind).Stored;

    /// <summary>What a kind is in memory.</summary>
    public static TensorForm Tensors(AdapterKind kind) => Of(kind).Tensors;

    // A line for each file AdapterKind.NAME.cs of the Domain, which asks for NAME.Form here; the build writes them.
    private static partial AdapterForm Of(AdapterKind kind);
}
