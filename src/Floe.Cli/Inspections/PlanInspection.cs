using System.Text.Json.Nodes;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
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
        ["length"] = stored.Plan.Length.IfNone(Presets.Floe.Training.MaxLength),
        ["adapter"] = stored.Plan.Adapter.Kind.Name,
        ["rank"] = stored.Plan.Adapter.Rank,
        ["experts"] = stored.Plan.Adapter.Experts,
        ["modules"] = JsonOutput.Array(stored.Plan.Adapter.Modules.Map(m => (JsonNode?)JsonValue.Create(m.Name()))),
        ["budget"] = Spent(stored.Plan.Selection.Budget),
        ["layers"] = Chosen(stored.Plan.Selection.Choice),
        ["policies"] = JsonOutput.Array(stored.Plan.Policies.Map(p => (JsonNode?)JsonValue.Create(p.Name))),
        ["sample_training"] = Length(stored.Plan.SampleTraining.Options),
        ["training"] = Length(stored.Plan.Training.Options),
        ["data"] = JsonOutput.Array(
            Rows("sample", stored.Plan.Sample)
                .Concat(Rows("train", stored.Plan.Train))
                .Concat(Rows("heldout", stored.Plan.HeldOut))
                .Concat(Rows("probe", stored.Plan.Probe))),
    });

    private static JsonNode Spent(Budget budget) => budget switch
    {
        Budget.Share share => share.Rho,
        Budget.Cost cost => $"a cost of {ResultPage.Number(cost.Value)}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Chosen(LayerChoice choice) => choice switch
    {
        LayerChoice.Top top => $"{top.Count} layers",
        LayerChoice.Share share => $"a share of {ResultPage.Number(share.Of)}",
        LayerChoice.Above above => $"importance above {ResultPage.Number(above.Value)}",
        LayerChoice.AtLeastHalf half => $"{Chosen(half.Inner)}, at least half",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

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
