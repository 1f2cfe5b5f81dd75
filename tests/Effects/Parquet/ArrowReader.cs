using System.Text.Json;
using Floe.Tests.Effects.Fixtures;

namespace Floe.Tests.Effects.Parquet;

/// <summary>Arrow C++ (ParquetSharp) in a process of its own, tests/interop/arrow: the package of all platforms is no dependency of the
/// tests.</summary>
public static class ArrowReader
{
    private static readonly string Folder = Path.Combine(FixtureFolders.RepositoryRoot, "tests", "interop", "arrow");
    private static readonly Lazy<string?> Failure = new(Build);

    /// <summary>Why it cannot run here; null where it can.</summary>
    public static string? Missing => Failure.Value;

    /// <summary>Reads files.</summary>
    /// <param name="paths">The files.</param>
    /// <returns>For each what is in it: columns and metadata, or an error of the file or of a column.</returns>
    public static JsonElement[] Read(IReadOnlyCollection<string> paths)
    {
        (int code, string output, string error) = OtherProgram.Run(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [Path.Combine(Folder, "bin", "Release", "arrow.dll")],
            Folder,
            string.Join('\n', paths) + "\n");
        JsonElement[] found = [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        return code == 0 && found.Length == paths.Count
            ? found
            : throw new InvalidOperationException($"arrow ended with {code} after {found.Length} of {paths.Count} files: {error}");
    }

    private static string? Build()
    {
        (int code, string output, _) = OtherProgram.Run(
            "dotnet", [
                "build", Folder, "--configuration", "Release", "--output", Path.Combine(Folder, "bin", "Release"), "--nologo",
                    "--verbosity", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false"],
            Folder);
        return code == 0
            ? null
            : $"tests/interop/arrow was not built ({OtherProgram.LastLine(output)}); run it where its package can be restored";
    }
}
