using Floe.Domain;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Effects.Formats.Gguf;

/// <summary>Which files are GGUF files, by their ending without regard to case: the one place.</summary>
internal static class GgufPaths
{
    private const string Ending = ".gguf";

    /// <summary>Whether a path is one of a GGUF file.</summary>
    public static bool IsOne(string path) => path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>The GGUF files of a folder, ascending by name.</summary>
    /// <param name="folder">The folder.</param>
    public static Either<FloeError, IReadOnlyList<string>> In(string folder) =>
        FileErrors.Try(
            folder, "list the folder", () =>
                (IReadOnlyList<string>)[.. Directory.GetFiles(folder).Where(IsOne).Order(StringComparer.Ordinal)]);
}
