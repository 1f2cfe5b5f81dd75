using Floe.Domain.Adapters;
using Floe.Domain.Training;
using LanguageExt;

namespace Floe.Cli.Commands;

/// <summary>The adapter whose linear layers the statistics of rival policies are taken over.</summary>
/// <param name="Modules">Linear layers.</param>
/// <param name="Rank">r.</param>
/// <param name="Alpha">α; outputs are scaled by α/r.</param>
internal sealed record RivalAdapter(Arr<Projection> Modules, int Rank, double Alpha)
{
    /// <summary>That of a plan with the rank that most of its layers have, as <c>floe run</c> takes that of its plan; the paper's without
    /// one.</summary>
    /// <param name="plan">The plan of the sample-adapted model.</param>
    public static RivalAdapter Of(Option<AdapterPlan> plan) => plan.Filter(adapter => adapter.Layers.Count > 0).Match(
        Some: adapter => Of(adapter, adapter.Layers.AsEnumerable().GroupBy(layer => layer.Rank).MaxBy(ranks => ranks.Count())!.Key),
        None: () => new RivalAdapter(Presets.Floe.Adapter.Modules, Presets.Floe.Adapter.Rank, Presets.Floe.Adapter.Alpha));

    // α/√r is the factor α√r / r.
    private static RivalAdapter Of(AdapterPlan plan, int rank) =>
        new(plan.Modules, rank, plan.RankStabilized ? plan.Alpha * Math.Sqrt(rank) : plan.Alpha);
}
