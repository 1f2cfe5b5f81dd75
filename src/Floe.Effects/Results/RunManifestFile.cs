using System.Globalization;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Results;

/// <summary>A manifest as it was found.</summary>
/// <param name="Manifest">What the file holds; none where it is missing or damaged.</param>
/// <param name="Warning">Why a file that is there was not used.</param>
internal sealed record StoredManifest(Option<RunManifest> Manifest, Option<string> Warning);

/// <summary><c>run.json</c>, written whole after every stage.</summary>
internal static class RunManifestFile
{
    /// <summary>The file's name inside the run folder.</summary>
    public const string Name = "run.json";

    /// <summary>Format name and version.</summary>
    public const string Format = "run/1";

    private const string Anew = "No stage counts as finished.";

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
        return FileErrors.Try(
            path, "read", () => File.Exists(path) ? Parse(path, File.ReadAllBytes(path)) : new StoredManifest(None, None));
    }

    private static StoredManifest Parse(string path, byte[] bytes) => (
        from json in JsonText.Parse(path, bytes)
        from root in JsonText.Expect(path, json, JsonValueKind.Object)
        from format in ResultJson.Text(path, root, "floe.format")
        from known in Steps.Check(format == Format, () => new FloeError.BadData($"{path}: floe.format", Format, format, Anew))
        from manifest in ReadManifest(path, root)
        select manifest).Match(
            Right: manifest => new StoredManifest(manifest, None),
            Left: error => new StoredManifest(None, (error is FloeError.BadData damage ? damage with { Remedy = Anew } : error).Message));

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

    private static Either<FloeError, RunManifest> ReadManifest(string at, JsonElement root) =>
        from name in ResultJson.Text(at, root, "name")
        from seed in Whole(at, root, "seed")
        from small in Steps.Check(
            seed == (int)seed, () => new FloeError.BadData($"{at}: seed", "a whole number of 32 bits", $"{seed}", Anew))
        from plan in ResultJson.Text(at, root, "plan")
        from list in JsonText.Member(at, root, "stages", JsonValueKind.Array)
        from stages in list.EnumerateArray()
            .Select((stage, index) => (stage, place: $"{at}: stages, item {index + 1}"))
            .Each(item => ReadStage(item.place, item.stage))
        select new RunManifest(name, (int)seed, plan, toArray(stages));

    private static Either<FloeError, StageRecord> ReadStage(string at, JsonElement json) =>
        from stage in JsonText.Expect(at, json, JsonValueKind.Object)
        from name in ResultJson.Text(at, stage, "name")
        from options in ResultJson.Text(at, stage, "options")
        from inputs in ReadHashes(at, stage, "inputs")
        from outputs in ReadHashes(at, stage, "outputs")
        from seconds in ResultJson.Needed(at, stage, "seconds")
        from tokens in Whole(at, stage, "tokens")
        from peak in Whole(at, stage, "peak_bytes")
        from tool in ResultJson.Text(at, stage, "tool")
        select new StageRecord(name, options, inputs, outputs, seconds, tokens, peak, tool);

    private static Either<FloeError, Map<string, string>> ReadHashes(string at, JsonElement stage, string name) =>
        from hashes in JsonText.Member(at, stage, name, JsonValueKind.Object)
        from pairs in JsonText.Members(hashes).Each(item =>
            from key in JsonText.NameOf($"{at}: {name}", item)
            from hash in JsonText.Text($"{at}: {name}: {key}", item.Value)
            select (key, hash))
        select toMap(pairs);

    private static Either<FloeError, long> Whole(string at, JsonElement parent, string name) =>
        JsonText.Whole(at, parent, name)
            .Bind(v => v.ToEither<FloeError>(new FloeError.BadData(at, $"a whole number {name}", "none", Anew)));
}
