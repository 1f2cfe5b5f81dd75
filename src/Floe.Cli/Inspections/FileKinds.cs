using System.Text.Json.Nodes;
using Floe.Domain;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>Decides from a name which reader a file needs; the reader itself then checks the contents.</summary>
internal static class FileKinds
{
    private static readonly (string Ending, Func<string, Either<FloeError, JsonObject>> Inspect)[] Files =
    [
        ("tokenizer.json", TextInspections.Tokenizer),
        (".parquet", TableInspection.Of),
        (".gguf", ModelInspection.Of),
        (".safetensors", TensorInspection.Of),
        (".yaml", PlanInspection.Of),
        (".yml", PlanInspection.Of),
        (".jsonl", TextInspections.Lines),
        (".json", TextInspections.Data),
    ];

    // A folder is what its most telling file makes it.
    private static readonly (string Member, Func<string, Either<FloeError, JsonObject>> Inspect)[] Folders =
    [
        ("config.json", ModelInspection.Of),
        ("tokenizer.json", TextInspections.Tokenizer),
    ];

    /// <summary>What a file or folder is and holds.</summary>
    public static Either<FloeError, JsonObject> Inspect(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return new FloeError.Io(path, "inspect", "no such file or folder", "Check the path.");
        }

        Func<string, Either<FloeError, JsonObject>>? inspect = Directory.Exists(path)
            ? Folders.FirstOrDefault(k => File.Exists(Path.Combine(path, k.Member))).Inspect
            : Files.FirstOrDefault(k => path.EndsWith(k.Ending, StringComparison.OrdinalIgnoreCase)).Inspect;
        return inspect is null
            ? new FloeError.Unsupported(
                path,
                "this kind of file",
                $"files {string.Join(", ", Files.Select(k => k.Ending))}, folders with {string.Join(", ", Folders.Select(k => k.Member))}",
                "Rename it if its ending is wrong.")
            : inspect(path);
    }
}
