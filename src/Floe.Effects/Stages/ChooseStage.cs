using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Effects.Identities;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary><c>choose</c>: the layers that a policy takes, and the adapter that each of them gets.</summary>
internal static class ChooseStage
{
    /// <summary>The stage of a plan's policy: the final layers and the statistics → its <c>layers.parquet</c> and
    /// <c>plan.json</c>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">One of its policies.</param>
    public static Stage Of(RunPlan plan, PlannedPolicy policy)
    {
        (string ranked, string columns) = Inputs(plan, policy);
        return new(
            $"choose {policy.Name}",
            $"chooses the layers of policy {policy.Name}",
            Array(StageInput.Made(ranked), StageInput.Made(columns)),
            Array(RunFolder.Of(policy.Name, RunFolder.Layers), RunFolder.Of(policy.Name, RunFolder.AdapterPlan)),
            Fingerprint.Of(("policy", policy.Policy), ("choice", plan.Selection.Choice), ("ranking", plan.Selection.Policy),
                ("adapter", plan.Adapter)),
            context =>
                from layers in LayerTables.Read(context.At(ranked))
                from chosen in Chosen(plan, policy, plan.Selection.Choice, context.Folder)

                // The intervals are those of the selection's own ranking; another policy's ranks have none.
                let own = policy.Policy.Label == plan.Selection.Policy.Label
                let rows = layers.Rows.Map(row => row with
                {
                    Rank = chosen.Ranking.Ranks[row.Layer],
                    Selected = chosen.Contains(row.Layer),
                    Policy = policy.Policy.Label,
                    Interval = own ? row.Interval : None,
                })
                from one in LayerTables.Write(
                    context.At(RunFolder.Of(policy.Name, RunFolder.Layers)), [.. rows], layers.Source, layers.Metadata,
                        layers.Level.Filter(_ => own))
                from two in AdapterPlanFile.Write(
                    context.At(RunFolder.Of(policy.Name, RunFolder.AdapterPlan)), plan.Adapter.On(chosen.Chosen), layers.Metadata.Model)
                select StageOutcome.Written(two));
    }

    /// <summary>The layers that a policy takes of a plan's finished selection.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">One of its policies.</param>
    /// <param name="choice">How many.</param>
    /// <param name="folder">The folder of the selection.</param>
    public static Either<FloeError, ChosenLayers> Chosen(RunPlan plan, PlannedPolicy policy, LayerChoice choice, string folder)
    {
        (string ranked, string columns) = Inputs(plan, policy);
        return
            from layers in LayerTables.Read(Path.Combine(folder, ranked))
            from statistics in StatisticsTables.Read(Path.Combine(folder, columns))
            from chosen in LayerSelection.Choose(
                policy.Policy, choice, layers.Rows.Map(row => row.Importance).ToArray(), statistics.Statistics)
            select chosen;
    }

    private static (string Ranked, string Columns) Inputs(RunPlan plan, PlannedPolicy policy) => (
        plan.Tuning.IsSome
            ? RunFolder.TunedLayers
            : RunFolder.Layers, LayerProbes.Of(policy.Policy).IsSome
            ? RunFolder.Probe
            : RunFolder.Statistics);
}
