using Floe.Domain;
using Floe.Domain.Metrics;
using Floe.Domain.Reports;
using Floe.Effects.Results;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Reporting;

/// <summary>A policy's held-out losses against those of the first policy.</summary>
/// <param name="Run">The run folder.</param>
/// <param name="Policy">The policy; <c>base</c> for the model before adaptation.</param>
/// <param name="Against">The policy that is compared with, of the first run.</param>
/// <param name="Difference">Mean over samples of this policy's loss − that of <paramref name="Against"/>, with its interval.</param>
internal sealed record RunDifference(string Run, string Policy, string Against, PairedDifference Difference);

/// <summary>How much the policies of runs differ on the same held-out samples, and how sure that is.</summary>
internal static class RunDifferences
{
    /// <summary>
    /// Every policy against the first run's first, where both kept the losses of the same samples: as many of them and of their tokens, and
    /// the same token ids as far as both files say which those were.
    /// </summary>
    /// <param name="folders">Run folders.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    public static Either<FloeError, Arr<RunDifference>> Of(IReadOnlyList<string> folders, long seed) =>
        from found in folders.Each(Evaluations)
        let all = found.SelectMany(e => e).ToArray()
        select toArray(all.Where(e => e.Policy != "base").Take(1).SelectMany(first =>
            from other in all
            where other != first && Same(other.Result, first.Result)
            from difference in PairedDifference.Of([.. other.Result.SampleLosses], [.. first.Result.SampleLosses], seed).AsEnumerable()
            select new RunDifference(other.Run, other.Policy, first.Policy, difference)));

    private static bool Same(EvaluationResult one, EvaluationResult other) =>
        one.Samples == other.Samples && one.Tokens == other.Tokens
        && (from a in one.Data from b in other.Data select a == b).IfNone(true);

    private static Either<FloeError, Evaluation[]> Evaluations(string folder) =>
        from comparison in ComparisonFile.Read(Path.Combine(folder, RunFolder.Comparison))
        from results in comparison.Base.AsEnumerable().Concat(comparison.Policies.AsEnumerable())
            .Select(outcome => (outcome.Policy, Path: At(folder, outcome)))
            .Where(e => File.Exists(e.Path))
            .Each(e => EvaluationFile.Read(e.Path).Map(result => new Evaluation(folder, e.Policy, result)))
        select results.ToArray();

    private static string At(string folder, PolicyOutcome outcome) =>
        Path.Combine(folder, outcome.Policy == "base" ? RunFolder.BaseEvaluation : RunFolder.Of(outcome.Policy, "eval.json"));

    private sealed record Evaluation(string Run, string Policy, EvaluationResult Result);
}
