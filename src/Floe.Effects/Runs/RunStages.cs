using Floe.Effects.Plans;
using Floe.Effects.Stages;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs;

/// <summary>From a plan to the stages of its run, in the order they run (method §1). Nothing is read or run here.</summary>
public static class RunStages
{
    /// <summary>The stages. A new one is a file under <c>Stages/</c> and its place here.</summary>
    /// <param name="plan">The plan.</param>
    public static Arr<Stage> Of(RunPlan plan) =>
        Selection(plan)
        + plan.Policies.Bind(policy => Array(ChooseStage.Of(plan, policy), AdaptStage.Of(plan, policy), EvaluateStage.Of(plan, policy)))
        + (plan.Generation.Prompts > 0 && plan.Policies.Count > 0 ? Array(GenerateStage.Of(plan)) : Arr<Stage>.Empty)
        + Array(CompareStage.Of(plan), ReportStage.Of(plan));

    /// <summary>The stages that know no policy: from the sample to ranked layers, and the base model's losses.</summary>
    /// <param name="plan">The plan.</param>
    internal static Arr<Stage> Selection(RunPlan plan) =>
        Array(AdaptStage.OfSample(plan), CollectStage.Of(plan), SelectStage.Of(plan))
        + plan.Tuning.Map(mode => TuneStage.Of(plan, mode)).ToArr()
        + (plan.Probes.Count > 0 ? Array(ProbeStage.Of(plan)) : Arr<Stage>.Empty)
        + Array(EvaluateStage.OfBase(plan));
}
