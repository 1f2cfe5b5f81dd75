using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Effects.Data;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>Decides from a name which reader a file needs; the reader itself then checks the contents.</summary>
internal static class FileKinds
{
    private delegate Either<FloeError, JsonObject> Inspector(string path, Option<string> model);

    private static readonly (string Ending, Inspector Inspect)[] Files =
    [
        ("tokenizer.json", (path, _) => TextInspections.Tokenizer(path)),
        (".parquet", (path, model) => model.IsSome ? TextInspections.Data(path, model) : TableInspection.Of(path)),
        (".gguf", GgufInspection.Of),
        (".bin", (path, _) => ModelInspection.Of(path)),
        (".safetensors", (path, _) => TensorInspection.Of(path)),
        (".yaml", (path, _) => PlanInspection.Of(path)),
        (".yml", (path, _) => PlanInspection.Of(path)),
        (".json", ResultInspections.Json),
        .. TextKinds.Samples.AsEnumerable().Where(ending => ending != ".json").Select(ending => (ending, (Inspector)TextInspections.Lines)),
        .. TextKinds.Plain.AsEnumerable().Select(ending => (ending, (Inspector)TextInspections.Text)),
    ];

    // A folder is what its most telling file makes it.
    private static readonly (string Member, Inspector Inspect)[] Folders =
    [
        ("config.json", (path, _) => ModelInspection.Of(path)),
        ("adapter_config.json", AdapterInspection.OfFolder),
        ("run.json", (path, _) => ResultInspections.Run(path)),
        ("tokenizer.json", (path, _) => TextInspections.Tokenizer(path)),
    ];

    /// <summary>What a file or folder is and holds.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="model">The base model of an adapter, to check the adapter against it; the model that is to read samples.</param>
    public static Either<FloeError, JsonObject> Inspect(string path, Option<string> model)
    {
        bool once = InputFile.ComesOnce(path);
        if (!once && !File.Exists(path) && !Directory.Exists(path))
        {
            return new FloeError.Io(path, "inspect", "no such file or folder", "Check the path.");
        }

        Inspector? inspect = Directory.Exists(path)
            ? Folders.FirstOrDefault(k => File.Exists(Path.Combine(path, k.Member))).Inspect
            : Files.FirstOrDefault(k => path.EndsWith(k.Ending, StringComparison.OrdinalIgnoreCase)).Inspect;

        // The readers of samples and journals look twice.
        if (once && (inspect is null || TextKinds.EndsIn(path, TextKinds.Samples)))
        {
            return TextInspections.Text(path, model);
        }

        return inspect is not null ? inspect(path, model)
            : Directory.Exists(path) ? (FloeError)Unknown(path)
            : TextInspections.Text(path, model).MapLeft(error => error is FloeError.Unsupported ? (FloeError)Unknown(path) : error);
    }

    private static FloeError.Unsupported Unknown(string path) => new(
        path,
        Directory.Exists(path) ? "a folder of this kind" : $"the ending {Path.GetExtension(path)}",
        $"files {string.Join(", ", Files.Select(k => k.Ending))}, folders with {string.Join(", ", Folders.Select(k => k.Member))}",
        "Rename the file if its ending is wrong, or give one of these.");
}
