using LanguageExt;

namespace Floe.Effects.Results;

/// <summary>A finished stage: what it read and wrote, by content, and what it took.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Options">Hash of its options.</param>
/// <param name="Inputs">Hash by input label, ordered by label.</param>
/// <param name="Outputs">Hash by output path, ordered by path.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Tokens">Tokens processed.</param>
/// <param name="PeakBytes">Largest resident memory of the process during the stage; 0 where the system does not say.</param>
/// <param name="Tool">Name and version of the program that ran it.</param>
public sealed record StageRecord(
    string Name, string Options, Map<string, string> Inputs, Map<string, string> Outputs, double Seconds, long Tokens, long PeakBytes,
        string Tool);

/// <summary>What is known about a run (<c>run.json</c>): which stages finished, on what. Holds no host name, path or time of day.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Seed">Start of every random choice.</param>
/// <param name="Plan">Hash of the plan.</param>
/// <param name="Stages">Finished stages, in the order they finished.</param>
public sealed record RunManifest(string Name, int Seed, string Plan, Arr<StageRecord> Stages)
{
    /// <summary>The record of a stage, if it finished.</summary>
    /// <param name="stage">Its name.</param>
    public Option<StageRecord> Find(string stage) => Stages.Find(s => s.Name == stage);

    /// <summary>This manifest without a stage.</summary>
    /// <param name="stage">Its name.</param>
    public RunManifest Without(string stage) => this with { Stages = Stages.Filter(s => s.Name != stage) };

    /// <summary>This manifest with a stage recorded last.</summary>
    /// <param name="record">The finished stage.</param>
    public RunManifest With(StageRecord record) => Without(record.Name) with { Stages = Without(record.Name).Stages.Add(record) };
}
