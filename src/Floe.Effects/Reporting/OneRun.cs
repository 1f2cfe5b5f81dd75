using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Reporting;

/// <summary>Whether a folder holds a run at all, and one only.</summary>
internal static class OneRun
{
    private static readonly string[] Tables =
    [
        RunFolder.Scores, RunFolder.Statistics, RunFolder.Masks, RunFolder.Layers, RunFolder.TunedMasks, RunFolder.TunedLayers,
    ];

    private static readonly string[] Others =
    [
        RunManifestFile.Name, RunFolder.Plan, RunFolder.Comparison, RunFolder.BaseEvaluation, RunFolder.Samples, "policies",
    ];

    /// <summary>Errors: nothing that a run writes; tables of different models, adapters or samples.</summary>
    /// <param name="folder">The folder.</param>
    public static Either<FloeError, Unit> Check(string folder) =>
        from some in Steps.Check(Tables.Concat(Others).Any(name => Path.Exists(Path.Combine(folder, name))), () => new FloeError.BadData(
            folder, "a run: run.json, scores.parquet or another file that floe run, collect or select writes", "none of them",
            "Give the folder that one of them wrote."))
        from policies in FileErrors.Try(folder, "list the policies", () => Directory.Exists(Path.Combine(folder, "policies"))
            ? Directory.GetFiles(Path.Combine(folder, "policies"), RunFolder.Layers, SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .ToArray()
            : [])
        from read in Tables.Select(name => Path.Combine(folder, name)).Where(File.Exists).Concat(policies)
            .Each(path => TableMetadata.OfFile(path).Map(metadata => (Path: path, Metadata: metadata)))
        from same in read.Skip(1).Each(table => Origins.Same(
            table.Path, table.Metadata, read[0].Path, read[0].Metadata, "Report on a folder that holds the files of one run."))
        select unit;
}
