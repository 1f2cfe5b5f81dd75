using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Effects.Results;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Reporting;

/// <summary>What the policies bought: from the comparison, or while a run is under way from the evaluations that are there.</summary>
internal static class ReportedResults
{
    public static Either<FloeError, Comparison> Read(string folder, Arr<PolicyColumn> policies) =>
        from compared in RunReportReader.Found(Path.Combine(folder, RunFolder.Comparison), ComparisonFile.Read)
        from comparison in compared.Match(Right<FloeError, Comparison>, () => Partial(folder, policies))
        select comparison;

    private static Either<FloeError, Comparison> Partial(string folder, Arr<PolicyColumn> policies) =>
        from start in RunReportReader.Found(Path.Combine(folder, RunFolder.BaseEvaluation), EvaluationFile.Read)
        from each in policies.Each(
            p => RunReportReader.Found(Path.Combine(folder, RunFolder.Of(p.Policy, "eval.json")), EvaluationFile.Read)
            .Map(found => found.Map(result => Outcome(p.Policy, p.Chosen, result))))
        select new Comparison(
            start.Map(result => Outcome("base", Arr<int>.Empty, result)), toArray(each.SelectMany(found => found.AsEnumerable())));

    private static PolicyOutcome Outcome(string policy, Arr<int> layers, EvaluationResult result) =>
        new(policy, layers, None, result.Loss, result.Perplexity, result.ExactMatch, None, None);
}
