using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Effects.Files;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Reporting;

/// <summary>From a run folder to everything that its page shows.</summary>
internal static class RunReportReader
{
    /// <summary>
    /// Reads a run folder in whatever state it is: a file that is not there leaves its part of the report empty. Errors: no such folder,
    /// one without a file of a run or with tables of several, and a file that is there but damaged.
    /// </summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="facts">What the caller knows of this program and machine, such as versions; shown with what the run's files
    /// say.</param>
    public static Either<FloeError, RunReport> Read(string folder, Arr<FactGroup> facts) =>
        from there in Directory.Exists(folder)
            ? Right<FloeError, Unit>(unit)
            : new FloeError.Io(folder, "open the run", "there is no such folder", "Give the folder that floe run wrote.")
        from one in OneRun.Check(folder)
        from stored in RunManifestFile.Read(folder)
        from planText in Found(
            Path.Combine(folder, RunFolder.Plan), path => FileErrors.Try(path, "read the plan", () => File.ReadAllText(path)))
        let plan = planText.Bind(text => PlanFile.Parse(Path.Combine(folder, RunFolder.Plan), text).ToOption())
        from scores in Found(Path.Combine(folder, RunFolder.Scores), ScoreTables.Read)
        from statistics in Found(Path.Combine(folder, RunFolder.Statistics), StatisticsTables.Read)
        from policies in ReportedPolicies.Read(folder, plan, statistics.Map(s => s.Statistics))
        from selection in ReportedSelection.Read(folder, plan, scores)
        from curves in policies.Each(p => ReportedTraining.Curve(folder, p.Policy))
        from results in ReportedResults.Read(folder, policies)
        let primary = plan.Map(p => p.Policies[0].Name)
            .IfNone(() => policies.Exists(p => p.Policy == "fisher")
                ? "fisher"
                : policies.HeadOrNone().Map(p => p.Policy).IfNone("fisher"))
        from stability in ReportedPolicies.Stability(folder, primary)
        from samples in Found(Path.Combine(folder, RunFolder.Samples), SampleFile.Read)
        let name = stored.Manifest.Map(m => m.Name)
            .IfNone(() => Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar)))
        select new RunReport(
            name,
            ReportedProvenance.Subject(plan, scores.Map(s => s.Metadata)),
            LayerCount(scores, policies),
            primary,
            policies,
            selection.Series + ReportedPolicies.Statistics(statistics.Map(s => s.Statistics)),
            selection.Masks,
            selection.Search,
            selection.Tuning,
            toArray(curves.SelectMany(curve => curve.AsEnumerable())),
            results.Base,
            results.Policies,
            samples.IfNone(Arr<SampleText>.Empty),
            ReportedProvenance.Of(plan, planText, stored.Manifest, scores.Map(s => s.Metadata), facts))
        {
            Stability = stability.Layers,
            StabilityLevel = stability.Level,
        };

    /// <summary>What a file holds where it is there; none where it is not.</summary>
    internal static Either<FloeError, Option<T>> Found<T>(string path, Func<string, Either<FloeError, T>> read) =>
        File.Exists(path) ? read(path).Map(Some) : Right<FloeError, Option<T>>(None);

    private static int LayerCount(Option<ScoreFile> scores, Arr<PolicyColumn> policies) =>
        scores.Map(s => s.Sums.Shape.Layers).IfNone(() => policies.HeadOrNone().Map(p => p.Ranks.Count).IfNone(0));
}
