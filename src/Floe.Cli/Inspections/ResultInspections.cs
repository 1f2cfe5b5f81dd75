using System.Text.Json;
using System.Text.Json.Nodes;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Results;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>A run, and the JSON files that it leaves.</summary>
internal static class ResultInspections
{
    /// <summary>A run folder: its finished stages.</summary>
    public static Either<FloeError, JsonObject> Run(string path) => RunManifestFile.Read(path).Bind(stored => stored.Manifest.Match(
        None: () =>
            new FloeError.BadData(
                Path.Combine(path, RunManifestFile.Name), "the manifest of a run", stored.Warning.IfNone("no such file"),
                    "Run the plan again."),
        Some: manifest => Prelude.Right<FloeError, JsonObject>(new JsonObject
        {
            ["kind"] = "run",
            ["name"] = manifest.Name,
            ["seed"] = manifest.Seed,
            ["plan"] = manifest.Plan,
            ["stages"] = JsonOutput.Array(manifest.Stages.AsEnumerable().Select(s => (JsonNode?)new JsonObject
            {
                ["stage"] = s.Name,
                ["seconds"] = s.Seconds,
                ["tokens"] = s.Tokens,
                ["peak_mib"] = Math.Round(s.PeakBytes / 1048576.0),
                ["tool"] = s.Tool,
            })),
        })));

    /// <summary>A JSON file: by its <c>floe.format</c>, else a list of samples.</summary>
    public static Either<FloeError, JsonObject> Json(string path, Option<string> model) => Format(path) switch
    {
        AdapterPlanFile.Format => AdapterPlanFile.Read(path).Map(stored => Plan(stored.Plan)),
        ComparisonFile.Format => ComparisonFile.Read(path).Map(ComparisonView.Of),
        EvaluationFile.Format => EvaluationFile.Read(path).Map(e => new JsonObject
        {
            ["kind"] = "evaluation",
            ["loss"] = JsonOutput.Number(e.Loss),
            ["perplexity"] = JsonOutput.Number(e.Perplexity),
            ["tokens"] = e.Tokens,
            ["samples"] = e.Samples,
        }),
        RunManifestFile.Format => Run(Path.GetDirectoryName(Path.GetFullPath(path))!),
        _ => TextInspections.Data(path, model),
    };

    private static JsonObject Plan(AdapterPlan plan) => new()
    {
        ["kind"] = $"adapter plan ({plan.Kind.Title})",
        ["modules"] = JsonOutput.Array(plan.Modules.AsEnumerable().Select(m => (JsonNode?)JsonValue.Create(m.Name()))),
        ["alpha"] = plan.Alpha,
        ["dropout"] = plan.Dropout,
        ["layers"] = JsonOutput.Array(
            plan.Layers.AsEnumerable()
                .Select(l => (JsonNode?)new JsonObject { ["layer"] = l.Layer, ["rank"] = l.Rank, ["experts"] = l.Experts })),
    };

    // The first member of every result file is its format; whatever is not one is judged by the reader of samples.
    private static string Format(string path)
    {
        byte[] start = new byte[256];
        int read = Floe.Effects.Files.FileErrors.Try(path, "read", () =>
        {
            using FileStream stream = File.OpenRead(path);
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }).IfLeft(0);
        Utf8JsonReader reader = new(start.AsSpan(0, read), isFinalBlock: false, default);
        try
        {
            return reader.Read()
                && reader.Read()
                && reader.TokenType == JsonTokenType.PropertyName
                && reader.ValueTextEquals("floe.format")
                && reader.Read()
                && reader.TokenType == JsonTokenType.String
                ? reader.GetString() ?? ""
                : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
