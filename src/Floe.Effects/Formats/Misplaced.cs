using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats;

/// <summary>
/// What a path holds where a model or an adapter was asked for and is not there: the other of the two, a folder above it, a file of it, the
/// name of a model on a hub. The one place, so that the message says what to give instead of naming a file that nobody typed.
/// </summary>
internal static class Misplaced
{
    private const string ModelFile = "config.json", AdapterFile = "adapter_config.json";
    private const int MostFolders = 1000;

    /// <summary>Why a path is no model folder; none where it may be one.</summary>
    /// <param name="path">What was given.</param>
    public static Option<FloeError> Model(string path) =>
        Holds(path, ModelFile) ? None
        : Holds(path, AdapterFile) ? Some<FloeError>(new FloeError.BadData(
            path, "a model: a folder with config.json, or a .gguf file", "an adapter",
                "Give its base model as --model, and this folder as --adapter."))
        : OfFile(path, "model", ModelFile) || Below(path, "model", ModelFile) || Named(path);

    /// <summary>Why a path is no adapter folder; none where it may be one.</summary>
    /// <param name="path">What was given.</param>
    public static Option<FloeError> Adapter(string path) =>
        Holds(path, AdapterFile) ? None
        : Holds(path, ModelFile) ? Some<FloeError>(new FloeError.BadData(
            path, "an adapter: a folder with adapter_config.json, or a .gguf file", "a model",
                "Give it as --model, or the folder of an adapter here."))
        : OfFile(path, "adapter", AdapterFile) || Below(path, "adapter", AdapterFile);

    private static bool Holds(string folder, string file) => folder.Length > 0 && File.Exists(Path.Combine(folder, file));

    private static Option<FloeError> OfFile(string path, string what, string file)
    {
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } typed ? typed : ".";
        return File.Exists(path) && Holds(folder, file)
            ? Some<FloeError>(
                new FloeError.BadData(path, $"the folder of the {what}", "one of its files", $"Give the folder that it is in: {folder}."))
            : None;
    }

    private static Option<FloeError> Below(string path, string what, string file)
    {
        string[] folders = Directory.Exists(path)
            ? FileErrors.Try(path, "list the folder", () => Directory.EnumerateDirectories(path).Take(MostFolders).ToArray()).IfLeft([])
            : [];
        string[] found = [.. folders.Where(folder => Holds(folder, file)).Order(StringComparer.Ordinal)];
        return found.Length == 0 ? None : Some<FloeError>(new FloeError.BadData(
            path,
            $"the folder of one {what}, with {file}",
            found.Length == 1 ? "a folder above it" : $"a folder above {found.Length} of them",
            found.Length == 1 ? $"Give {found[0]}." : $"Give one of them, such as {found[^1]}."));
    }

    // owner/name, which is no path that is there.
    private static Option<FloeError> Named(string path) =>
        !Path.Exists(path)
            && path.Split('/') is [{ Length: > 0 } owner, { Length: > 0 }]
            && !Directory.Exists(owner)
            && !path.StartsWith('~')
            && !path.StartsWith('.')
            ? Some<FloeError>(
                new FloeError.Io(
                    path, "open the model", "no such file or folder",
                        "Floe opens folders and files, not names on a hub: fetch the model's folder and give its path."))
            : None;
}
