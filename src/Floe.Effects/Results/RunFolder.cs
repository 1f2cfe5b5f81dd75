namespace Floe.Effects.Results;

/// <summary>Names inside a run folder. Everything that a stage hands to another is one of these files.</summary>
internal static class RunFolder
{
    /// <summary>The plan, verbatim.</summary>
    public const string Plan = "plan.yaml";

    /// <summary>Adapter of all layers, trained on the sample, with its <c>run.jsonl</c>.</summary>
    public const string Adapted = "adapted";

    /// <summary>Score sums.</summary>
    public const string Scores = "scores.parquet";

    /// <summary>Score sums of parts of the sample, for the bootstrap.</summary>
    public const string Shards = "shards";

    /// <summary>Layer statistics that rival policies rank by.</summary>
    public const string Statistics = "statistics.parquet";

    /// <summary>What the layers of a trained adapter do.</summary>
    public const string Probe = "probe.parquet";

    /// <summary>The statistics of single linear layers.</summary>
    public const string ModuleStatistics = "statistics-modules.parquet";

    /// <summary>The tuning equations of the unmasked model, where they were asked for.</summary>
    public const string Equations = "normal.parquet";

    /// <summary>Masks.</summary>
    public const string Masks = "masks.parquet";

    /// <summary>Importance, ranking, choice.</summary>
    public const string Layers = "layers.parquet";

    /// <summary>Masks after tuning.</summary>
    public const string TunedMasks = "tuned/masks.parquet";

    /// <summary>Importance, ranking and choice from tuned masks.</summary>
    public const string TunedLayers = "tuned/layers.parquet";

    /// <summary>The base model on the held-out samples.</summary>
    public const string BaseEvaluation = "base/eval.json";

    /// <summary>The policies side by side.</summary>
    public const string Comparison = "compare.json";

    /// <summary>Texts before and after.</summary>
    public const string Samples = "samples.jsonl";

    /// <summary>The page.</summary>
    public const string Report = "report.html";

    /// <summary>A policy's adapter: a folder.</summary>
    public const string Adapter = "adapter";

    /// <summary>A policy's layers with the adapter that each gets.</summary>
    public const string AdapterPlan = "plan.json";

    /// <summary>A policy, or the base model, on the held-out samples.</summary>
    public const string Evaluation = "eval.json";

    /// <summary>Steps of a training.</summary>
    public const string Journal = "run.jsonl";

    /// <summary>A file or folder of a policy.</summary>
    /// <param name="policy">The policy's name; a colon in it becomes a dash.</param>
    /// <param name="name">Such as <c>plan.json</c>.</param>
    public static string Of(string policy, string name) => $"policies/{policy.Replace(':', '-')}/{name}";
}
