using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Reports;
using Floe.Effects.Identities;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary><c>compare</c>: the policies of a run side by side, from its files.</summary>
internal static class CompareStage
{
    /// <summary>The stage of a plan: what each policy chose, trained and measured → <c>compare.json</c>.</summary>
    /// <param name="plan">The plan.</param>
    public static Stage Of(RunPlan plan)
    {
        Arr<string> policies = plan.Policies.Map(policy => policy.Name);
        return new(
            "compare",
            "puts the policies side by side",
            Array(StageInput.Made(RunFolder.BaseEvaluation)) + policies.Bind(policy => Array(
                StageInput.Made(RunFolder.Of(policy, RunFolder.Layers)),
                StageInput.Made(RunFolder.Of(policy, RunFolder.AdapterPlan)),
                StageInput.Made(RunFolder.Of(policy, RunFolder.Evaluation)),
                StageInput.Made(RunFolder.Of(policy, RunFolder.Journal)))),
            Array(RunFolder.Comparison),
            Fingerprint.Of(("policies", policies)),
            context =>
                from start in EvaluationFile.Read(context.At(RunFolder.BaseEvaluation))
                from stored in RunManifestFile.Read(context.Folder)
                from outcomes in policies.AsEnumerable().Each(policy => Outcome(context, policy, stored.Manifest))
                from written in ComparisonFile.Write(context.At(RunFolder.Comparison), new Comparison(
                    new PolicyOutcome("base", Arr<int>.Empty, 0L, start.Loss, start.Perplexity, start.ExactMatch, None, None),
                    toArray(outcomes)))
                select StageOutcome.Written(written));
    }

    private static Either<FloeError, PolicyOutcome> Outcome(StageContext context, string policy, Option<RunManifest> manifest) =>
        from result in EvaluationFile.Read(context.At(RunFolder.Of(policy, RunFolder.Evaluation)))
        from stored in AdapterPlanFile.Read(context.At(RunFolder.Of(policy, RunFolder.AdapterPlan)))
        from layers in LayerTables.Read(context.At(RunFolder.Of(policy, RunFolder.Layers)))
        from parameters in layers.Metadata.Shape.Match(
            Some: shape => AdapterParameters.Count(stored.Plan, shape).Map(Some),
            None: () => Right<FloeError, Option<long>>(None))
        let stage = manifest.Bind(m => m.Find(AdaptStage.Name(policy)))
        select new PolicyOutcome(
            policy,
            stored.Plan.Layers.Map(l => l.Layer),
            parameters,
            result.Loss,
            result.Perplexity,
            result.ExactMatch,
            stage.Map(s => s.Seconds),
            stage.Map(s => s.PeakBytes).Filter(bytes => bytes > 0));
}
