using System.Text.Json.Nodes;
using Floe.Domain;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>Decides from a name which reader a file needs; the reader itself then checks the contents.</summary>
internal static class FileKinds
{
    private static readonly (string Ending, Func<string, Option<string>, Either<FloeError, JsonObject>> Inspect)[] Files =
    [
        ("tokenizer.json", (path, _) => TextInspections.Tokenizer(path)),
        (".parquet", (path, _) => TableInspection.Of(path)),
        (".gguf", GgufInspection.Of),
        (".safetensors", (path, _) => TensorInspection.Of(path)),
        (".yaml", (path, _) => PlanInspection.Of(path)),
        (".yml", (path, _) => PlanInspection.Of(path)),
        (".jsonl", (path, _) => TextInspections.Lines(path)),
        (".json", (path, _) => ResultInspections.Json(path)),
    ];

    // A folder is what its most telling file makes it.
    private static readonly (string Member, Func<string, Option<string>, Either<FloeError, JsonObject>> Inspect)[] Folders =
    [
        ("config.json", (path, _) => ModelInspection.Of(path)),
        ("adapter_config.json", AdapterInspection.OfFolder),
        ("run.json", (path, _) => ResultInspections.Run(path)),
        ("tokenizer.json", (path, _) => TextInspections.Tokenizer(path)),
    ];

    /// <summary>What a file or folder is and holds.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="model">The base model of an adapter, to check the adapter against it.</param>
    public static Either<FloeError, JsonObject> Inspect(string path, Option<string> model)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return new FloeError.Io(path, "inspect", "no such file or folder", "Check the path.");
        }

        Func<string, Option<string>, Either<FloeError, JsonObject>>? inspect = Directory.Exists(path)
            ? Folders.FirstOrDefault(k => File.Exists(Path.Combine(path, k.Member))).Inspect
            : Files.FirstOrDefault(k => path.EndsWith(k.Ending, StringComparison.OrdinalIgnoreCase)).Inspect;
        return inspect is null
            ? new FloeError.Unsupported(
                path,
                "this kind of file",
                $"files {string.Join(", ", Files.Select(k => k.Ending))}, folders with {string.Join(", ", Folders.Select(k => k.Member))}",
                "Rename it if its ending is wrong.")
            : inspect(path, model);
    }
}
