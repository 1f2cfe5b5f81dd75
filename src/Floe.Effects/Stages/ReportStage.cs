using Floe.Effects.Identities;
using Floe.Effects.Plans;
using Floe.Effects.Reporting;
using Floe.Effects.Results;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary><c>report</c>: the page of a run. <c>floe report</c> writes the same one.</summary>
internal static class ReportStage
{
    /// <summary>The stage of a plan: everything before it → <c>report.html</c>.</summary>
    /// <param name="plan">The plan.</param>
    public static Stage Of(RunPlan plan) => new(
        "report",
        "writes the page",
        Made(RunFolder.Comparison, RunFolder.Scores, RunFolder.Statistics, RunFolder.Masks, RunFolder.Layers)
            + (plan.Tuning.IsSome ? Made(RunFolder.TunedMasks, RunFolder.TunedLayers) : Made())
            + plan.Policies.Bind(policy => Made(RunFolder.Of(policy.Name, RunFolder.Layers), RunFolder.Of(policy.Name, RunFolder.Journal)))
            + (plan.Generation.Prompts > 0 ? Made(RunFolder.Samples) : Made()),
        Array(RunFolder.Report),
        Fingerprint.Of(),
        context => RunReports.Write(context.Folder, context.At(RunFolder.Report)).Map(StageOutcome.Written));

    private static Arr<StageInput> Made(params string[] paths) => toArray(paths.Select(StageInput.Made));
}
