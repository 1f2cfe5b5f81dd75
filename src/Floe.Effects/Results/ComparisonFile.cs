using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Reports;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Results;

/// <summary>The policies of a run side by side.</summary>
/// <param name="Base">The model before adaptation, where it was measured.</param>
/// <param name="Policies">One outcome a policy, in the plan's order.</param>
internal sealed record Comparison(Option<PolicyOutcome> Base, Arr<PolicyOutcome> Policies);

/// <summary><c>compare.json</c>.</summary>
internal static class ComparisonFile
{
    /// <summary>Format name and version.</summary>
    public const string Format = "compare/1";

    /// <summary>Writes a comparison.</summary>
    /// <param name="path">The file.</param>
    /// <param name="comparison">What to write.</param>
    public static Either<FloeError, Unit> Write(string path, Comparison comparison) => ResultJson.Write(path, Format, writer =>
    {
        comparison.Base.IfSome(outcome =>
        {
            writer.WritePropertyName("base");
            Write(writer, outcome);
        });
        writer.WriteStartArray("policies");
        foreach (PolicyOutcome outcome in comparison.Policies)
        {
            Write(writer, outcome);
        }

        writer.WriteEndArray();
    });

    /// <summary>Reads a comparison. Errors: another format, a member of the wrong kind.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, Comparison> Read(string path) =>
        from root in ResultJson.Read(path, Format)
        from start in JsonText.Has(root, "base", out JsonElement found)
            ? Outcome($"{path}: base", found).Map(Some)
            : Right<FloeError, Option<PolicyOutcome>>(None)
        from list in JsonText.Member(path, root, "policies", JsonValueKind.Array)
        from policies in list.EnumerateArray().Select((item, i) => (item, i)).Each(p => Outcome($"{path}: policies[{p.i}]", p.item))
        select new Comparison(start, toArray(policies));

    private static void Write(Utf8JsonWriter writer, PolicyOutcome outcome)
    {
        writer.WriteStartObject();
        writer.WriteString("policy", outcome.Policy);
        writer.WriteStartArray("layers");
        foreach (int layer in outcome.Layers)
        {
            writer.WriteNumberValue(layer);
        }

        writer.WriteEndArray();
        ResultJson.Whole(writer, "trainable_parameters", outcome.TrainableParameters);
        ResultJson.Number(writer, "held_out_loss", outcome.HeldOutLoss);
        ResultJson.Number(writer, "perplexity", outcome.Perplexity);
        ResultJson.Number(writer, "exact_match", outcome.ExactMatch);
        ResultJson.Number(writer, "seconds", outcome.Seconds);
        ResultJson.Whole(writer, "peak_bytes", outcome.PeakBytes);
        writer.WriteEndObject();
    }

    private static Either<FloeError, PolicyOutcome> Outcome(string at, JsonElement item) =>
        from found in JsonText.Expect(at, item, JsonValueKind.Object)
        from policy in ResultJson.Text(at, found, "policy")
        from layers in ResultJson.Integers(at, found, "layers")
        from parameters in JsonText.Whole(at, found, "trainable_parameters")
        from loss in JsonText.Number(at, found, "held_out_loss")
        from perplexity in JsonText.Number(at, found, "perplexity")
        from exact in JsonText.Number(at, found, "exact_match")
        from seconds in JsonText.Number(at, found, "seconds")
        from peak in JsonText.Whole(at, found, "peak_bytes")
        select new PolicyOutcome(policy, layers, parameters, loss, perplexity, exact, seconds, peak);
}
