using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Reports;

/// <summary>How the masks came to be (method §4, §5, §6 and §11).</summary>
/// <param name="Costs">By which costs the budget counts, and of which units.</param>
/// <param name="Budget">C, the cost that those units may have.</param>
/// <param name="TotalFisher">Σ τ over all units.</param>
/// <param name="TotalCost">Σ t over all units.</param>
/// <param name="Bound">What no mask within the budget exceeds: the value of the linear relaxation, or Σ τ under
/// <see cref="CostBasis.Masked"/>.</param>
/// <param name="Stages">What held after each stage, in order: determination, refinement, tuning.</param>
/// <param name="Exchanges">What refinement changed, one entry a layer; empty where it was not run.</param>
internal sealed record MaskSearchSummary(
    CostBasis Costs, double Budget, double TotalFisher, double TotalCost, double Bound, Arr<MaskStage> Stages,
        Arr<ExchangeCount> Exchanges);

/// <summary>What a budget is counted in.</summary>
internal enum CostBasis
{
    /// <summary>Each kept unit's own t.</summary>
    Unit = 0,

    /// <summary>The means t_h and t_f of kept heads and neurons.</summary>
    Scalar = 1,

    /// <summary>The masked units, as the paper's algorithms are printed.</summary>
    Masked = 2,
}

/// <summary>The masks after one stage.</summary>
/// <param name="Name">The stage.</param>
/// <param name="KeptHeads">Heads kept in the whole model.</param>
/// <param name="KeptNeurons">Neurons kept in the whole model.</param>
/// <param name="Cost">Cost of the units that the budget counts.</param>
/// <param name="KeptFisher">Σ τ over kept units.</param>
/// <param name="Ranks">Rank of each layer by s_k under these masks, 0 most important; empty where not computed.</param>
internal sealed record MaskStage(string Name, long KeptHeads, long KeptNeurons, double Cost, double KeptFisher, Arr<int> Ranks)
{
    /// <summary>Gap = bound − kept Fisher; negative where the masks break the budget by so much that they keep more than any mask within
    /// it.</summary>
    public double Gap(MaskSearchSummary search) => search.Bound - KeptFisher;
}

/// <summary>Units of a layer that refinement changed.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="HeadsKept">Heads masked before and kept after.</param>
/// <param name="HeadsMasked">Heads kept before and masked after.</param>
/// <param name="NeuronsKept">Neurons masked before and kept after.</param>
/// <param name="NeuronsMasked">Neurons kept before and masked after.</param>
internal sealed record ExchangeCount(int Layer, int HeadsKept, int HeadsMasked, int NeuronsKept, int NeuronsMasked);

/// <summary>How tuning ended for one component of one layer (method §6).</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Component">Heads or neurons.</param>
/// <param name="Tuned">False where the mask stayed binary.</param>
/// <param name="Reason">Why it stayed binary; empty where it was tuned.</param>
/// <param name="MeanBefore">Mean mask value before.</param>
/// <param name="MeanAfter">Mean mask value after.</param>
internal sealed record TuningOutcome(int Layer, Component Component, bool Tuned, string Reason, double MeanBefore, double MeanAfter);
