using System.Text.Json.Nodes;
using Floe.Domain;
using LanguageExt;

namespace Floe.Cli.Inspections;

/// <summary>Decides from a name which reader a file needs; the reader itself then checks the contents.</summary>
internal static class FileKinds
{
    private static readonly (string Ending, Func<string, Either<FloeError, JsonObject>> Inspect)[] ByEnding =
    [
        (".safetensors", TensorInspection.Of),
        (".yaml", PlanInspection.Of),
        (".yml", PlanInspection.Of),
    ];

    /// <summary>What a file or folder is and holds.</summary>
    public static Either<FloeError, JsonObject> Inspect(string path)
    {
        if (!File.Exists(path))
        {
            return new FloeError.Io(path, "inspect", "no such file or folder", "Check the path.");
        }

        Func<string, Either<FloeError, JsonObject>>? inspect =
            ByEnding.FirstOrDefault(k => path.EndsWith(k.Ending, StringComparison.OrdinalIgnoreCase)).Inspect;
        return inspect is null
            ? new FloeError.Unsupported(path, "a file with this ending", string.Join(", ", ByEnding.Select(k => k.Ending)), "Rename it if its ending is wrong.")
            : inspect(path);
    }
}
