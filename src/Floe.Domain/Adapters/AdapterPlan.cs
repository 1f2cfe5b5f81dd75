using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Adapters;

/// <summary>What one decoder layer gets.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Rank">r, the inner dimension of A and B, at least 1; 1 where the kind has no rank.</param>
/// <param name="Experts">M, number of experts; 1 where the kind knows none.</param>
public readonly record struct LayerAdapter(int Layer, int Rank, int Experts);

/// <summary>A module whose rank or α differs from the rest of its layer (PEFT's <c>rank_pattern</c> and <c>alpha_pattern</c>).</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Module">One of <see cref="AdapterPlan.Modules"/>.</param>
/// <param name="Rank">r of this module; 0 where AdaLoRA has left none.</param>
/// <param name="Alpha">α of this module.</param>
public readonly record struct ModuleOverride(int Layer, Projection Module, int Rank, double Alpha);

/// <summary>A module that a layer leaves out although other layers adapt it.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Module">One of <see cref="AdapterPlan.Modules"/>.</param>
public readonly record struct OmittedModule(int Layer, Projection Module);

/// <summary>
/// Which layers carry which adapter: one immutable value (method §8). The output of selection and allocation, the input of training.
/// </summary>
/// <param name="Kind">The kind of adapter.</param>
/// <param name="Modules">Linear layers adapted in each chosen decoder layer.</param>
/// <param name="Layers">One entry an adapted layer, ascending by layer.</param>
/// <param name="Alpha">α; an adapter's output is scaled by α/r. 1 where the kind has no rank.</param>
/// <param name="Dropout">Probability of dropping an input of A while training, in [0, 1).</param>
public sealed record AdapterPlan(AdapterKind Kind, Arr<Projection> Modules, Arr<LayerAdapter> Layers, double Alpha, double Dropout)
{
    /// <summary>Modules that differ from their layer; empty for every plan that Floe itself makes.</summary>
    public Arr<ModuleOverride> Overrides { get; init; } = Arr<ModuleOverride>.Empty;

    /// <summary>Modules that some layers leave out; empty for every plan that Floe itself makes.</summary>
    public Arr<OmittedModule> Omitted { get; init; } = Arr<OmittedModule>.Empty;

    /// <summary>The adapted linear layers, by layer, then in the order of <see cref="Modules"/>.</summary>
    public IEnumerable<(LayerAdapter Layer, Projection Module)> Sites =>
        from layer in Layers
        from module in Modules
        where !Omitted.AsEnumerable().Contains(new OmittedModule(layer.Layer, module))
        select (layer, module);

    /// <summary>The adapted linear layers with their sizes, by layer, then in the order of <see cref="Modules"/>.</summary>
    /// <param name="shape">The decoder.</param>
    internal IEnumerable<AdapterSite> SitesOn(ModelShape shape) =>
        from site in Sites
        orderby site.Layer.Layer
        select new AdapterSite(site.Layer.Layer, site.Module, RankOf(site.Layer, site.Module), site.Layer.Experts, shape);

    /// <summary>Whether the scale is α/√r (rsLoRA) in place of α/r.</summary>
    public bool RankStabilized { get; init; }

    /// <summary>
    /// This plan, or what is wrong with it whatever the decoder: no module or no layer, one that is not known or there twice, a rank or a
    /// number of experts that the kind does not have, an override of what is not adapted, α not above 0, a dropout outside [0, 1). The one
    /// check of a plan, wherever it came from.
    /// </summary>
    public Either<FloeError, AdapterPlan> Checked() => PlanFaults.Of(this) is { } fault ? fault : this;

    /// <summary>r of one module: its override's, else its layer's.</summary>
    /// <param name="layer">An entry of <see cref="Layers"/>.</param>
    /// <param name="module">One of <see cref="Modules"/>.</param>
    public int RankOf(LayerAdapter layer, Projection module) => Find(layer.Layer, module)?.Rank ?? layer.Rank;

    /// <summary>The factor on the output of one module's adapter: α/r, or α/√r where <see cref="RankStabilized"/>.</summary>
    /// <param name="layer">An entry of <see cref="Layers"/>.</param>
    /// <param name="module">One of <see cref="Modules"/>.</param>
    public double ScaleOf(LayerAdapter layer, Projection module) => Scale(layer.Layer, module, RankOf(layer, module));

    /// <summary>The factor on the output of one linear layer's adapter.</summary>
    /// <param name="site">One of <see cref="SitesOn"/>.</param>
    public double ScaleOf(AdapterSite site) => Scale(site.Layer, site.Module, site.Rank);

    private double Scale(int layer, Projection module, int rank) => Kind.Scale(this, Find(layer, module)?.Alpha ?? Alpha, rank);

    private ModuleOverride? Find(int layer, Projection module)
    {
        foreach (ModuleOverride one in Overrides)
        {
            if (one.Layer == layer && one.Module == module)
            {
                return one;
            }
        }

        return null;
    }
}
