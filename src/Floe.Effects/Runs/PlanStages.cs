using Floe.Effects.Engine;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Stages;
using LanguageExt;
using static Floe.Effects.Stages.StageInput;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs;

/// <summary>What a stage of a planned run is, so that a body can be found for it.</summary>
public enum StageKind
{
    /// <summary>Adapt all layers to the sample.</summary>
    AdaptSample = 0,

    /// <summary>Collect scores and statistics.</summary>
    Collect = 1,

    /// <summary>Search masks and rank layers.</summary>
    Select = 2,

    /// <summary>Tune the masks.</summary>
    Tune = 3,

    /// <summary>Choose a policy's layers.</summary>
    Choose = 4,

    /// <summary>Adapt a policy's layers.</summary>
    Adapt = 5,

    /// <summary>Measure the base model or a policy's adapter.</summary>
    Evaluate = 6,

    /// <summary>Write texts before and after.</summary>
    Generate = 7,

    /// <summary>Put the policies side by side.</summary>
    Compare = 8,

    /// <summary>Write the page.</summary>
    Report = 9,
}

/// <summary>A stage of a planned run.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Policy">The policy it works for; empty for none.</param>
/// <param name="Stage">What it reads and writes.</param>
public sealed record PlannedStage(StageKind Kind, string Policy, Stage Stage);

/// <summary>From a plan to the stages of its run, as data (method §1): nothing is read or run here.</summary>
public static class PlanStages
{
    /// <summary>The stages in the order they run.</summary>
    /// <param name="plan">The plan.</param>
    public static Arr<PlannedStage> Of(RunPlan plan) => (
        Array(AdaptSample(plan), Collect(plan), Select(plan))
        + (plan.Selection.Tuning == "none" ? Empty : Array(Tune(plan)))
        + Array(Evaluate(plan, ""))
        + plan.Policies.Bind(policy => Array(Choose(plan, policy), Adapt(plan, policy), Evaluate(plan, policy)))
        + (plan.Generation.Prompts == 0 ? Empty : Array(Generate(plan)))
        + Array(Compare(plan), Report(plan)))
        .Map(stage => Typed(plan, stage));

    private const string ModelLabel = "model";

    private static Arr<PlannedStage> Empty => Arr<PlannedStage>.Empty;

    private static PlannedStage AdaptSample(RunPlan plan) => Planned(
        StageKind.AdaptSample,
        "",
        "adapts all layers to the sample, so that the scores are those of a model that knows the task",
        Model(plan) + Data("sample", plan.Sample),
        Array(RunFolder.Adapted),
        $"{StageOptions.Of(plan.Adapter)} | {StageOptions.Of(plan.SampleTraining)} | {StageOptions.Of(plan.Sample)}");

    private static PlannedStage Collect(RunPlan plan) => Planned(
        StageKind.Collect,
        "",
        "scores every head and neuron: Fisher on the adapted model, Taylor on the base model",
        Model(plan) + Data("sample", plan.Sample) + plan.Calibration.Text.Map(t => Outside("calibration", t)).ToArr() + Array(Made(RunFolder.Adapted)),
        Array(RunFolder.Scores, RunFolder.Statistics)
            + (plan.Collection.Statistics ? Array(RunFolder.ModuleStatistics) : Arr<string>.Empty)
            + (plan.Collection.PerSample ? Array(RunFolder.Shards) : Arr<string>.Empty),
        $"{StageOptions.Of(plan.Calibration)} | {StageOptions.Of(plan.Sample)} | length={plan.Length} per_sample={plan.Collection.PerSample} "
        + $"statistics={plan.Collection.Statistics} | {StageOptions.Of(plan.Adapter)}");

    private static PlannedStage Select(RunPlan plan) => Planned(
        StageKind.Select,
        "",
        "masks the units that a budget cannot keep, and ranks layers by how much of them is masked",
        Array(Made(RunFolder.Scores), Made(RunFolder.Statistics))
            + (plan.Collection.PerSample ? Array(Made(RunFolder.Shards)) : Arr<StageInput>.Empty),
        Array(RunFolder.Masks, RunFolder.Layers),
        StageOptions.Of(plan.Selection) + (plan.Collection.PerSample ? $" | seed={plan.Seed}" : ""));

    private static PlannedStage Tune(RunPlan plan) => Planned(
        StageKind.Tune,
        "",
        "tunes the kept masks in closed form, so that the masked model stays close to the whole one",
        Model(plan) + Data("sample", plan.Sample) + Array(Made(RunFolder.Adapted), Made(RunFolder.Scores), Made(RunFolder.Statistics), Made(RunFolder.Masks)),
        Array(RunFolder.TunedMasks, RunFolder.TunedLayers),
        $"{StageOptions.Of(plan.Selection)} | tuning={plan.Selection.Tuning} | {StageOptions.Of(plan.Sample)} | length={plan.Length}");

    private static PlannedStage Choose(RunPlan plan, string policy) => Planned(
        StageKind.Choose,
        policy,
        $"chooses the layers of policy {policy}",
        Array(Made(FinalLayers(plan)), Made(RunFolder.Statistics)),
        Array(RunFolder.Of(policy, "layers.parquet"), RunFolder.Of(policy, "plan.json")),
        $"{StageOptions.Of(plan.Selection)} | seed={plan.Seed} | {StageOptions.Of(plan.Adapter)}");

    private static PlannedStage Adapt(RunPlan plan, string policy) => Planned(
        StageKind.Adapt,
        policy,
        $"fine-tunes the layers of policy {policy}",
        Model(plan) + Data("train", plan.Train) + Array(Made(RunFolder.Of(policy, "plan.json"))),
        Array(RunFolder.Of(policy, "adapter"), RunFolder.Of(policy, "run.jsonl")),
        $"{StageOptions.Of(plan.Training)} | {StageOptions.Of(plan.Train)}");

    private static PlannedStage Evaluate(RunPlan plan, string policy) => Planned(
        StageKind.Evaluate,
        policy,
        policy.Length == 0 ? "measures the base model on held-out samples" : $"measures policy {policy} on held-out samples",
        Model(plan) + Data("heldout", plan.HeldOut)
            + (policy.Length == 0 ? Arr<StageInput>.Empty : Array(Made(RunFolder.Of(policy, "adapter")))),
        Array(policy.Length == 0 ? RunFolder.BaseEvaluation : RunFolder.Of(policy, "eval.json")),
        $"{StageOptions.Of(plan.HeldOut)} | length={plan.Length} {StageOptions.Of(plan.Evaluation)}");

    private static PlannedStage Generate(RunPlan plan) => Planned(
        StageKind.Generate,
        plan.Policies[0],
        "lets the model answer held-out prompts before and after",
        Model(plan) + Data("heldout", plan.HeldOut) + Array(Made(RunFolder.Of(plan.Policies[0], "adapter"))),
        Array(RunFolder.Samples),
        $"prompts={plan.Generation.Prompts} tokens={plan.Generation.Tokens} | {StageOptions.Of(plan.HeldOut)} | length={plan.Length}");

    private static PlannedStage Compare(RunPlan plan) => Planned(
        StageKind.Compare,
        "",
        "puts the policies side by side",
        Array(Made(RunFolder.BaseEvaluation)) + plan.Policies.Bind(p => Array(
            Made(RunFolder.Of(p, "layers.parquet")), Made(RunFolder.Of(p, "plan.json")), Made(RunFolder.Of(p, "eval.json")), Made(RunFolder.Of(p, "run.jsonl")))),
        Array(RunFolder.Comparison),
        string.Join(',', plan.Policies));

    private static PlannedStage Report(RunPlan plan) => Planned(
        StageKind.Report,
        "",
        "writes the page",
        Array(Made(RunFolder.Comparison), Made(RunFolder.Scores), Made(RunFolder.Statistics), Made(RunFolder.Masks), Made(RunFolder.Layers))
            + (plan.Selection.Tuning == "none" ? Arr<StageInput>.Empty : Array(Made(RunFolder.TunedMasks), Made(RunFolder.TunedLayers)))
            + plan.Policies.Bind(p => Array(Made(RunFolder.Of(p, "layers.parquet")), Made(RunFolder.Of(p, "run.jsonl"))))
            + (plan.Generation.Prompts == 0 ? Arr<StageInput>.Empty : Array(Made(RunFolder.Samples))),
        Array(RunFolder.Report),
        "");

    // Float32 is not named: a run that was made before there was another stays finished.
    private static PlannedStage Typed(RunPlan plan, PlannedStage planned) =>
        (planned.Kind is StageKind.Collect or StageKind.Tune ? plan.Collection.Weights : plan.Weights) is WeightType.BFloat16
        && planned.Stage.Inputs.Exists(input => input.Label == ModelLabel)
            ? planned with { Stage = planned.Stage with { Options = $"{planned.Stage.Options} | dtype={WeightType.BFloat16.Word()}" } }
            : planned;

    private static string FinalLayers(RunPlan plan) => plan.Selection.Tuning == "none" ? RunFolder.Layers : RunFolder.TunedLayers;

    private static Arr<StageInput> Model(RunPlan plan) =>
        Array(Outside(ModelLabel, plan.Model)) + plan.Tokenizer.Map(t => Outside("tokenizer", t)).ToArr();

    // The same file may be read in two parts; it is one input.
    private static Arr<StageInput> Data(string role, Arr<DataPart> parts) => toArray(parts.AsEnumerable()
        .Select(p => p.Path).Distinct().Select((path, i) => Outside(i == 0 ? role : $"{role} {i + 1}", path)));

    private static PlannedStage Planned(StageKind kind, string policy, string explains, Arr<StageInput> inputs, Arr<string> outputs, string options)
    {
        string name = kind switch
        {
            StageKind.AdaptSample => "adapt-sample",
            StageKind.Evaluate when policy.Length == 0 => "evaluate base",
            StageKind.Choose or StageKind.Adapt or StageKind.Evaluate => $"{Word(kind)} {policy}",
            _ => Word(kind),
        };
        return new PlannedStage(kind, policy, new Stage(name, explains, inputs, outputs, options));
    }

    private static string Word(StageKind kind) => kind switch
    {
        StageKind.AdaptSample => "adapt-sample",
        StageKind.Collect => "collect",
        StageKind.Select => "select",
        StageKind.Tune => "tune",
        StageKind.Choose => "choose",
        StageKind.Adapt => "adapt",
        StageKind.Evaluate => "evaluate",
        StageKind.Generate => "generate",
        StageKind.Compare => "compare",
        _ => "report",
    };
}
