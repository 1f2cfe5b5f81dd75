using System.Text.Json.Nodes;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Plans;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>A run's plan.</summary>
internal static class PlanInspection
{
    /// <summary>What the plan asks for, defaults filled in.</summary>
    public static Either<FloeError, JsonObject> Of(string path) => PlanFile.Read(path).Map(stored => new JsonObject
    {
        ["kind"] = "run plan",
        ["name"] = stored.Plan.Name,
        ["model"] = stored.Plan.Model,
        ["seed"] = stored.Plan.Seed,
        ["length"] = stored.Plan.Length,
        ["adapter"] = stored.Plan.Adapter.Kind,
        ["rank"] = stored.Plan.Adapter.Rank,
        ["experts"] = stored.Plan.Adapter.Experts,
        ["modules"] = JsonOutput.Array(stored.Plan.Adapter.Modules.Map(m => (JsonNode?)JsonValue.Create(m.Name()))),
        ["budget"] = stored.Plan.Selection.Budget,
        ["layers"] = Chosen(stored.Plan.Selection),
        ["policies"] = JsonOutput.Array(stored.Plan.Policies.Map(p => (JsonNode?)JsonValue.Create(p))),
        ["sample_training"] = Length(stored.Plan.SampleTraining.Options),
        ["training"] = Length(stored.Plan.Training.Options),
        ["data"] = JsonOutput.Array(
            Rows("sample", stored.Plan.Sample).Concat(Rows("train", stored.Plan.Train)).Concat(Rows("heldout", stored.Plan.HeldOut))),
    });

    private static string Chosen(SelectionSettings selection) =>
        selection.Count.Map(n => $"{n} layers")
        .IfNone(() => selection.Share.Map(s => $"a share of {ResultPage.Number(s)}")
        .IfNone(() => selection.Threshold.Map(t => $"importance above {ResultPage.Number(t)}").IfNone("a share of 0.5")));

    private static string Length(TrainingOptions options) =>
        options.Steps.Map(s => $"{s} steps").IfNone($"{ResultPage.Number(options.Epochs)} epochs") + $" of {options.Batch} samples";

    private static IEnumerable<JsonNode?> Rows(string use, Arr<DataPart> parts) => parts.AsEnumerable().Select(part => new JsonObject
    {
        ["use"] = use,
        ["file"] = part.Path,
        ["skip"] = part.Skip,
        ["take"] = part.Take.Map(t => (JsonNode)t).IfNone("all"),
    });
}
