using System.Globalization;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Results;

/// <summary>A manifest as it was found.</summary>
/// <param name="Manifest">What the file holds; none where it is missing or damaged.</param>
/// <param name="Warning">Why a file that is there was not used.</param>
public sealed record StoredManifest(Option<RunManifest> Manifest, Option<string> Warning);

/// <summary><c>run.json</c>, written whole after every stage.</summary>
public static class RunManifestFile
{
    /// <summary>The file's name inside the run folder.</summary>
    public const string Name = "run.json";

    /// <summary>Format name and version.</summary>
    public const string Format = "run/1";

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes the manifest.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="manifest">What to write.</param>
    /// <returns>Unit, or the I/O error; the old file is then untouched.</returns>
    public static Either<FloeError, Unit> Write(string folder, RunManifest manifest) =>
        AtomicFile.Write(Path.Combine(folder, Name), stream =>
        {
            using Utf8JsonWriter writer = new(stream, Layout);
            WriteManifest(writer, manifest);
            writer.Flush();
            stream.WriteByte((byte)'\n');
        });

    /// <summary>Reads the manifest. A damaged one counts as none, with a warning: stages are pure, so running them again is safe.</summary>
    /// <param name="folder">The run folder.</param>
    /// <returns>What was found, or the I/O error.</returns>
    public static Either<FloeError, StoredManifest> Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        return FileErrors.Try(path, "read", () => File.Exists(path) ? Parse(path, File.ReadAllBytes(path)) : new StoredManifest(None, None));
    }

    private static StoredManifest Parse(string path, byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            string format = root.GetProperty("floe.format").GetString() ?? "";
            return format == Format
                ? new StoredManifest(ReadManifest(root), None)
                : Damaged(path, $"its floe.format is '{format}', not '{Format}'");
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Damaged(path, damage.Message);
        }
    }

    private static StoredManifest Damaged(string path, string why) =>
        new(None, $"{path} is damaged ({why}); no stage counts as finished");

    private static void WriteManifest(Utf8JsonWriter writer, RunManifest manifest)
    {
        writer.WriteStartObject();
        writer.WriteString("floe.format", Format);
        writer.WriteString("name", manifest.Name);
        writer.WriteNumber("seed", manifest.Seed);
        writer.WriteString("plan", manifest.Plan);
        writer.WriteStartArray("stages");
        foreach (StageRecord stage in manifest.Stages)
        {
            writer.WriteStartObject();
            writer.WriteString("name", stage.Name);
            writer.WriteString("tool", stage.Tool);
            writer.WriteString("options", stage.Options);
            WriteHashes(writer, "inputs", stage.Inputs);
            WriteHashes(writer, "outputs", stage.Outputs);
            writer.WritePropertyName("seconds");
            writer.WriteRawValue(stage.Seconds.ToString("F3", CultureInfo.InvariantCulture));
            writer.WriteNumber("tokens", stage.Tokens);
            writer.WriteNumber("peak_bytes", stage.PeakBytes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteHashes(Utf8JsonWriter writer, string name, Map<string, string> hashes)
    {
        writer.WriteStartObject(name);
        foreach ((string key, string hash) in hashes.OrderBy(h => h.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, hash);
        }

        writer.WriteEndObject();
    }

    private static RunManifest ReadManifest(JsonElement root) => new(
        Text(root, "name"),
        root.GetProperty("seed").GetInt32(),
        Text(root, "plan"),
        toArray(root.GetProperty("stages").EnumerateArray().Select(ReadStage)));

    private static StageRecord ReadStage(JsonElement stage) => new(
        Text(stage, "name"),
        Text(stage, "options"),
        ReadHashes(stage.GetProperty("inputs")),
        ReadHashes(stage.GetProperty("outputs")),
        stage.GetProperty("seconds").GetDouble(),
        stage.GetProperty("tokens").GetInt64(),
        stage.GetProperty("peak_bytes").GetInt64(),
        Text(stage, "tool"));

    private static Map<string, string> ReadHashes(JsonElement hashes) =>
        toMap(hashes.EnumerateObject().Select(p => (p.Name, p.Value.GetString() ?? "")).DistinctBy(p => p.Name));

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? "";
}
