namespace Floe.Tests.Architecture;

/// <summary>
/// The rooms of each assembly in the order of the method: a room may use those before it, and no room after it. A new folder takes its
/// place here.
/// </summary>
internal static class Rooms
{
    /// <summary>Assemblies from the lowest up: each may use those before it.</summary>
    public static readonly string[] Assemblies = ["Floe.Domain", "Floe.Effects", "Floe.Pretraining", "Floe.Cli"];

    /// <summary>Rooms by assembly. The files beside the project file belong to no room and may be used by all.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Order = new Dictionary<string, string[]>
    {
        ["Floe.Domain"] =
        [
            "Scores", "Masks", "Layers", "Ranks", "Adapters", "Text", "Training", "Metrics", "Experiments", "Laws", "Reports",
        ],
        ["Floe.Effects"] =
        [
            "Files", "Engine", "Identities", "Formats", "Hub", "Tables", "Data", "Models", "Adapters", "Collection", "Training",
            "Evaluation", "Results", "Plans", "Reporting", "Studies", "Stages", "Runs", "Experiments",
        ],
        ["Floe.Pretraining"] = ["Corpora", "Vocabulary", "Training"],
        ["Floe.Cli"] = ["Shell", "Options", "Inspections", "Commands"],
    };
}
