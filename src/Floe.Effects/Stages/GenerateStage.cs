using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Domain.Text;
using Floe.Effects.Adapters;
using Floe.Effects.Files;
using Floe.Effects.Identities;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary><c>generate</c>: what the model answers to held-out prompts before and after.</summary>
internal static class GenerateStage
{
    /// <summary>The stage of a plan: held-out prompts and the first policy's adapter → <c>samples.jsonl</c>.</summary>
    /// <param name="plan">The plan.</param>
    public static Stage Of(RunPlan plan)
    {
        string policy = plan.Policies[0].Name;
        string adapter = RunFolder.Of(policy, RunFolder.Adapter);
        return new(
            "generate",
            "lets the model answer held-out prompts before and after",
            StageInput.Model(plan) + StageInput.Data("heldout", plan.HeldOut) + Array(StageInput.Made(adapter)),
            Array(RunFolder.Samples),
            Fingerprint.Of(
                ("generation", plan.Generation), ("rows", DataPart.Rows(plan.HeldOut)), ("length", plan.Length), ("dtype", plan.Weights)),
            context => context.Models.With(plan.Weights, model =>
                from texts in PlanData.Texts(plan.HeldOut)
                let asked = texts.Samples.Take(plan.Generation.Prompts).ToArray()
                from before in EvaluateStage.Answers(model, null, asked, plan.Length, plan.Generation.Tokens, context.Report)
                from after in OpenedAdapter.With(context.At(adapter), model, adapters =>
                    EvaluateStage.Answers(model, adapters, asked, plan.Length, plan.Generation.Tokens, context.Report))
                from written in Write(context.At(RunFolder.Samples), policy, before, after)
                select StageOutcome.Written(written)));
    }

    private static Either<FloeError, Unit> Write(
        string path, string policy, IReadOnlyList<(TextSample Sample, string Answer)> before,
            IReadOnlyList<(TextSample Sample, string Answer)> after) =>
        from cleared in AtomicFile.WriteText(path, "")
        from written in before.Zip(after).Each(pair => SampleFile.Append(
            path, new SampleText(policy, pair.Item1.Sample.Prompt, pair.Item1.Sample.Completion, pair.Item1.Answer, pair.Item2.Answer)))
        select unit;
}
