using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Adapters;

/// <summary>One adapter for every layer that is chosen. What the kind does not have is left aside.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Rank">r.</param>
/// <param name="Alpha">α; outputs are scaled by α/r.</param>
/// <param name="Dropout">Dropout on the input of A.</param>
/// <param name="Experts">M.</param>
/// <param name="Modules">Adapted linear layers.</param>
public sealed record AdapterSettings(AdapterKind Kind, int Rank, double Alpha, double Dropout, int Experts, Arr<Projection> Modules)
{
    /// <summary>The plan that puts this adapter on some layers.</summary>
    /// <param name="layers">Decoder layers; sorted here. A kind that chooses none stands before the first.</param>
    public AdapterPlan On(IEnumerable<int> layers) => new(
        Kind,
        Modules,
        toArray((Kind.ChoosesLayers ? layers.Order() : Enumerable.Repeat(0, 1)).Select(layer => new LayerAdapter(
            layer, Kind.HasRank ? Rank : 1, Kind.HasExperts ? Experts : 1))),
        Kind.HasRank ? Alpha : 1.0,
        Kind.HasRank ? Dropout : 0.0);
}
