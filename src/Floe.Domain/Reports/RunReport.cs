using Floe.Domain.Scores;
using LanguageExt;

namespace Floe.Domain.Reports;

/// <summary>
/// Everything that the page of a run shows, as one value. Lists may be empty and options absent: the page then says in a sentence what the
/// run lacks.
/// </summary>
/// <param name="Name">The run's name.</param>
/// <param name="Subject">What was adapted to what.</param>
/// <param name="LayerCount">L, decoder layers of the model; 0 where unknown.</param>
/// <param name="PrimaryPolicy">The policy whose layers the masks and the headline speak of, usually <c>fisher</c>.</param>
/// <param name="Policies">One column of layer scores and the layers chosen by it, for each policy.</param>
/// <param name="Series">Quantities with one value a layer: Fisher, Taylor, sparsities and any other statistic.</param>
/// <param name="Masks">Final masks, binned, at most one map a component.</param>
/// <param name="Search">How determination, refinement and tuning went.</param>
/// <param name="Tuning">Per layer and component whether the mask was tuned; empty where tuning was not run.</param>
/// <param name="Curves">Loss while training, one curve a policy.</param>
/// <param name="Base">The model before adaptation, measured like the policies.</param>
/// <param name="Outcomes">What each policy bought.</param>
/// <param name="Samples">Texts before and after.</param>
/// <param name="Provenance">Everything needed to run it again.</param>
internal sealed record RunReport(
    string Name,
    Subject Subject,
    int LayerCount,
    string PrimaryPolicy,
    Arr<PolicyColumn> Policies,
    Arr<LayerSeries> Series,
    Arr<MaskMap> Masks,
    Option<MaskSearchSummary> Search,
    Arr<TuningOutcome> Tuning,
    Arr<TrainingCurve> Curves,
    Option<PolicyOutcome> Base,
    Arr<PolicyOutcome> Outcomes,
    Arr<SampleText> Samples,
    Provenance Provenance)
{
    /// <summary>How sure each layer's place is, ascending by layer; empty where the sample was not resampled.</summary>
    public Arr<LayerStability> Stability { get; init; } = Arr<LayerStability>.Empty;

    /// <summary>Share of the draws whose ranks lie within an interval of <see cref="Stability"/>, where the run says it.</summary>
    public Option<double> StabilityLevel { get; init; }

    /// <summary>Whether a layer is chosen by the primary policy.</summary>
    public bool IsChosen(int layer) =>
        Policies.Find(p => p.Policy == PrimaryPolicy).Match(p => p.Chosen.Contains(layer), () => false);
}

/// <summary>What a run adapts, to what, and with what.</summary>
/// <param name="Model">The base model's name.</param>
/// <param name="Shape">Its shape, where known.</param>
/// <param name="Adapter">The adapter in words, such as <c>Hydra, rank 8, 4 experts, gate+up+down</c>.</param>
/// <param name="SampleData">The text that the layers were ranked on.</param>
/// <param name="TargetData">The text that the chosen layers were adapted to.</param>
internal sealed record Subject(string Model, Option<ModelShape> Shape, string Adapter, string SampleData, string TargetData);

/// <summary>One policy's view of the layers.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Scores">One score a layer, higher first; empty where the policy has none (<c>all</c>).</param>
/// <param name="Ranks">One rank a layer, 0 most important; empty where the policy has none.</param>
/// <param name="Chosen">The layers chosen, ascending.</param>
internal sealed record PolicyColumn(string Policy, Arr<double> Scores, Arr<int> Ranks, Arr<int> Chosen);

/// <summary>How sure a layer's place is, by a bootstrap over the sample (<see cref="Layers.Bootstrap"/>), under binary masks.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Rank">Its rank from the whole sample, 0 most important.</param>
/// <param name="Chosen">Whether the whole sample chooses it.</param>
/// <param name="RankLow">Best rank of the interval over the draws.</param>
/// <param name="RankHigh">Worst rank of the interval.</param>
/// <param name="SelectedShare">Share of the draws that choose the layer, in [0, 1].</param>
internal readonly record struct LayerStability(int Layer, int Rank, bool Chosen, int RankLow, int RankHigh, double SelectedShare);

/// <summary>A quantity with one value a layer.</summary>
/// <param name="Name">Short name, such as <c>Fisher</c>.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Values">One value a layer; NaN where it was not measured.</param>
internal sealed record LayerSeries(string Name, string Meaning, Arr<double> Values);

/// <summary>Text that the model wrote for the same prompt before and after adaptation.</summary>
/// <param name="Policy">The policy of the adapter that wrote <paramref name="After"/>.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Reference">The expected completion; empty where there is none.</param>
/// <param name="Before">The base model's text.</param>
/// <param name="After">The adapted model's text.</param>
internal sealed record SampleText(string Policy, string Prompt, string Reference, string Before, string After);

/// <summary>Everything needed to run it again.</summary>
/// <param name="Command">The command line; empty where unknown.</param>
/// <param name="Plan">The plan file, verbatim; empty where there is none.</param>
/// <param name="Facts">Seeds, hashes, versions and the machine, in groups.</param>
/// <param name="Stages">The stages that ran.</param>
internal sealed record Provenance(string Command, string Plan, Arr<FactGroup> Facts, Arr<StageSummary> Stages);

/// <summary>Facts under a heading.</summary>
/// <param name="Title">The heading, such as <c>Seeds</c>.</param>
/// <param name="Items">Names and values.</param>
internal sealed record FactGroup(string Title, Arr<(string Name, string Value)> Items);

/// <summary>A stage of the run.</summary>
/// <param name="Name">The stage's name.</param>
/// <param name="Seconds">Wall time; NaN where unknown.</param>
/// <param name="Tokens">Tokens processed; 0 for a stage without a model.</param>
/// <param name="PeakBytes">Peak resident memory; 0 where unknown.</param>
/// <param name="Outputs">Paths inside the run folder and hashes of what it wrote.</param>
internal sealed record StageSummary(string Name, double Seconds, long Tokens, long PeakBytes, Arr<(string Path, string Hash)> Outputs);
