using System.Text.Json.Nodes;
using Floe.Cli.Shell;
using Floe.Domain.Reports;
using Floe.Effects.Results;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>A comparison of policies as a result value.</summary>
internal static class ComparisonView
{
    /// <summary>One row a policy, the base model first.</summary>
    public static JsonObject Of(Comparison comparison) => new()
    {
        ["policies"] = JsonOutput.Array(
            comparison.Base.AsEnumerable().Concat(comparison.Policies.AsEnumerable()).Select(p => (JsonNode?)Row(p))),
    };

    /// <summary>One policy.</summary>
    public static JsonObject Row(PolicyOutcome outcome) => new()
    {
        ["policy"] = outcome.Policy,
        ["trainable"] = Number(outcome.TrainableParameters.Map(n => (double)n)),
        ["loss"] = Number(outcome.HeldOutLoss),
        ["perplexity"] = Number(outcome.Perplexity),
        ["exact_match"] = Number(outcome.ExactMatch),
        ["seconds"] = Number(outcome.Seconds.Map(s => Math.Round(s, 1))),
        ["peak_mib"] = Number(outcome.PeakBytes.Map(b => Math.Round(b / 1048576.0))),
        ["layers"] = JsonOutput.Array(outcome.Layers.AsEnumerable().Select(l => (JsonNode?)JsonValue.Create(l))),
    };

    private static JsonNode? Number(Option<double> value) => value.Map(JsonOutput.Number).IfNoneUnsafe((JsonNode?)null);
}
