using Floe.Domain.Adapters;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Metrics;
using Floe.Domain.Training;
using Floe.Effects.Engine;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Plans;

/// <summary>A run as its plan file describes it, every default filled in. Paths are absolute; everything else is as written.</summary>
/// <param name="Name">Name of the run; its folder is <c>runs/NAME</c> unless <c>--out</c> says otherwise.</param>
/// <param name="Model">Base model: a Hugging Face folder or a GGUF file.</param>
/// <param name="Tokenizer">A tokenizer to use instead of the model's own.</param>
/// <param name="Seed">Start of every random choice.</param>
/// <param name="Length">Longest sample in tokens; longer ones are cut on the right. Without it the paper's, or the model's context where
/// that is less.</param>
/// <param name="Sample">Samples that all layers are adapted to and that the Fisher scores are taken over.</param>
/// <param name="Train">Samples that each policy's layers are adapted to.</param>
/// <param name="HeldOut">Samples that losses are measured on.</param>
/// <param name="Calibration">Text of the Taylor scores.</param>
/// <param name="Adapter">The adapter.</param>
/// <param name="SampleTraining">How all layers are adapted to the sample.</param>
/// <param name="Training">How each policy's layers are adapted.</param>
/// <param name="Collection">How scores are collected.</param>
/// <param name="Selection">How masks are searched and layers chosen (method §4 to §7).</param>
/// <param name="Tuning">Form of the tuning equations; without it masks stay binary.</param>
/// <param name="Policies">The policies to compare, each named once; the first one is the report's subject.</param>
/// <param name="Evaluation">What is measured beside the held-out loss.</param>
/// <param name="Generation">Texts before and after.</param>
public sealed record RunPlan(
    string Name,
    string Model,
    Option<string> Tokenizer,
    int Seed,
    Option<int> Length,
    Arr<DataPart> Sample,
    Arr<DataPart> Train,
    Arr<DataPart> HeldOut,
    CalibrationSettings Calibration,
    AdapterSettings Adapter,
    TrainingSettings SampleTraining,
    TrainingSettings Training,
    CollectionSettings Collection,
    SelectionOptions Selection,
    Option<TuningMode> Tuning,
    Arr<PlannedPolicy> Policies,
    EvaluationSettings Evaluation,
    GenerationSettings Generation)
{
    /// <summary>Samples that the adapter of all layers is probed with; empty where no policy asks for a probe.</summary>
    public Arr<DataPart> Probe { get; init; } = Arr<DataPart>.Empty;

    /// <summary>The probes that its policies need, each once.</summary>
    internal Arr<LayerProbe> Probes =>
        toArray(Policies.AsEnumerable().SelectMany(policy => LayerProbes.Of(policy.Policy).AsEnumerable()).Distinct().Order());

    /// <summary>Type of the linear weights in every stage but collection and tuning.</summary>
    public WeightType Weights { get; init; }
}

/// <summary>Part of a data set: rows Skip … Skip + Take − 1 of a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Skip">Rows left out at the start.</param>
/// <param name="Take">Rows used at most; none for all.</param>
public sealed record DataPart(string Path, int Skip, Option<int> Take)
{
    /// <summary>The files of some parts, each once.</summary>
    /// <param name="parts">The parts.</param>
    internal static IEnumerable<string> Files(Arr<DataPart> parts) => parts.AsEnumerable().Select(part => part.Path).Distinct();

    /// <summary>Which rows of which file are read, a file by its place in <see cref="Files"/>: what it holds is an input of its
    /// own.</summary>
    /// <param name="parts">The parts.</param>
    internal static Arr<(int File, int Skip, Option<int> Take)> Rows(Arr<DataPart> parts)
    {
        string[] files = [.. Files(parts)];
        return parts.Map(part => (System.Array.IndexOf(files, part.Path), part.Skip, part.Take));
    }
}

/// <summary>A policy that a plan compares.</summary>
/// <param name="Name">As the plan writes it: the name of its stages and its folder.</param>
/// <param name="Policy">What it stands for; <c>random</c> draws by the plan's seed.</param>
public sealed record PlannedPolicy(string Name, Policy Policy);

/// <summary>Text of the Taylor scores, on the base model.</summary>
/// <param name="Text">A plain text file; none for the texts of the sample, joined.</param>
/// <param name="Sequences">Sequences cut from it.</param>
/// <param name="Tokens">Tokens of a sequence.</param>
/// <param name="Batch">Sequences in a batch; the gradient is averaged over a batch before |·| is taken. 0 takes all as one batch (method
/// §3).</param>
public sealed record CalibrationSettings(Option<string> Text, int Sequences, int Tokens, int Batch);

/// <summary>How an adapter is trained.</summary>
/// <param name="Options">Steps, batch, learning rate and what else decides the result.</param>
/// <param name="MicroBatchTokens">Positions that one pass may hold; bounds memory, and the result changes by rounding only.</param>
/// <param name="CheckpointEvery">Steps between checkpoints; bounds what an interruption loses, not the result.</param>
public sealed record TrainingSettings(TrainingOptions Options, int MicroBatchTokens, int CheckpointEvery);

/// <summary>How scores are collected.</summary>
/// <param name="PerSample">Whether per-sample sums are kept for the bootstrap.</param>
/// <param name="Statistics">Whether the statistics of rival policies are collected too.</param>
/// <param name="MicroBatchTokens">Positions that one pass may hold, as many samples of one length as fit; 0 takes 512.</param>
public sealed record CollectionSettings(bool PerSample, bool Statistics, int MicroBatchTokens)
{
    /// <summary>Type of the linear weights while scores are collected and masks tuned.</summary>
    public WeightType Weights { get; init; }
}

/// <summary>What is measured beside the held-out loss.</summary>
/// <param name="ExactMatch">Held-out prompts that are answered greedily and compared with their completion; 0 for none.</param>
/// <param name="AnswerTokens">Longest of these answers in tokens.</param>
/// <param name="Rule">When an answer is right.</param>
public sealed record EvaluationSettings(int ExactMatch, int AnswerTokens, AnswerJudge Rule);

/// <summary>Texts that the model writes before and after adaptation.</summary>
/// <param name="Prompts">Held-out prompts that are answered; 0 for none.</param>
/// <param name="Tokens">Longest answer in tokens.</param>
public sealed record GenerationSettings(int Prompts, int Tokens);
