using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Reports;
using Floe.Effects.Formats;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>Puts the policies of a run side by side, from its files.</summary>
internal static class RunComparison
{
    /// <summary>The comparison of a run folder.</summary>
    /// <param name="folder">The run folder, all policies evaluated.</param>
    /// <param name="policies">The policies in the plan's order.</param>
    public static Either<FloeError, Comparison> Of(string folder, Arr<string> policies) =>
        from start in EvaluationFile.Read(Path.Combine(folder, RunFolder.BaseEvaluation))
        from stored in RunManifestFile.Read(folder)
        from outcomes in policies.AsEnumerable().Each(policy => Outcome(folder, policy, stored.Manifest))
        select new Comparison(
            new PolicyOutcome("base", Arr<int>.Empty, 0L, start.Loss, start.Perplexity, start.ExactMatch, None, None),
            toArray(outcomes));

    private static Either<FloeError, PolicyOutcome> Outcome(string folder, string policy, Option<RunManifest> manifest) =>
        from result in EvaluationFile.Read(Path.Combine(folder, RunFolder.Of(policy, "eval.json")))
        from stored in AdapterPlanFile.Read(Path.Combine(folder, RunFolder.Of(policy, "plan.json")))
        from layers in LayerTables.Read(Path.Combine(folder, RunFolder.Of(policy, "layers.parquet")))
        from parameters in layers.Metadata.Shape.Match(
            Some: shape => AdapterParameters.Count(stored.Plan, shape).Map(Some),
            None: () => Right<FloeError, Option<long>>(None))
        let stage = manifest.Bind(m => m.Find($"adapt {policy}"))
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
