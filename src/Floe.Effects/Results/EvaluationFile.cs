using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Results;

/// <summary>What was measured on held-out samples.</summary>
/// <param name="Loss">Mean token loss, in nats.</param>
/// <param name="Perplexity">exp of that loss.</param>
/// <param name="Tokens">Supervised tokens.</param>
/// <param name="Samples">Samples.</param>
/// <param name="ExactMatch">Share of answers that the rule of the evaluation takes as right, in [0, 1]; none where no answers were
/// generated.</param>
public sealed record EvaluationResult(double Loss, double Perplexity, long Tokens, long Samples, Option<double> ExactMatch)
{
    /// <summary>Mean token loss of each sample, in their order; empty where it was not kept.</summary>
    public Arr<double> SampleLosses { get; init; } = Arr<double>.Empty;

    /// <summary>SHA-256 of the samples' token ids; none where it was not kept.</summary>
    public Option<string> Data { get; init; }
}

/// <summary><c>eval.json</c>: one model on held-out samples.</summary>
public static class EvaluationFile
{
    /// <summary>Format name and version.</summary>
    public const string Format = "eval/1";

    /// <summary>Writes a result.</summary>
    /// <param name="path">The file.</param>
    /// <param name="result">What to write.</param>
    public static Either<FloeError, Unit> Write(string path, EvaluationResult result) => ResultJson.Write(path, Format, writer =>
    {
        ResultJson.Number(writer, "loss", result.Loss);
        ResultJson.Number(writer, "perplexity", result.Perplexity);
        writer.WriteNumber("tokens", result.Tokens);
        writer.WriteNumber("samples", result.Samples);
        ResultJson.Text(writer, "data", result.Data);
        ResultJson.Number(writer, "exact_match", result.ExactMatch);
        writer.WriteStartArray("sample_losses");
        result.SampleLosses.Iter(writer.WriteNumberValue);
        writer.WriteEndArray();
    });

    /// <summary>Reads a result. Errors: another format, a number that is missing.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, EvaluationResult> Read(string path) =>
        from root in ResultJson.Read(path, Format)
        from loss in ResultJson.Needed(path, root, "loss")
        from perplexity in ResultJson.Needed(path, root, "perplexity")
        from tokens in JsonText.Whole(path, root, "tokens")
        from samples in JsonText.Whole(path, root, "samples")
        from data in ResultJson.TextOrNone(path, root, "data")
        from exact in JsonText.Number(path, root, "exact_match")
        from losses in Losses(path, root)
        select new EvaluationResult(loss, perplexity, tokens.IfNone(0), samples.IfNone(0), exact) { SampleLosses = losses, Data = data };

    private static Either<FloeError, Arr<double>> Losses(string path, JsonElement root)
    {
        if (!JsonText.Has(root, "sample_losses", out JsonElement list))
        {
            return Arr<double>.Empty;
        }

        return list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
            ? toArray(list.EnumerateArray().Select(item => item.GetDouble()))
            : new FloeError.BadData($"{path}: sample_losses", "a list of numbers", list.ValueKind.ToString(), "Evaluate again.");
    }
}
