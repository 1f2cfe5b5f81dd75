using System.Globalization;
using Floe.Domain;
using Floe.Effects.Files;
using Floe.Effects.Results;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>
/// Files beside <c>scores.parquet</c> that one collection writes and the next may not: of other scores they would be taken for those of the
/// new. Stored equations stay: they cost hours, and what reads them compares what they say of themselves with the scores.
/// </summary>
internal static class EarlierCollection
{
    /// <summary>The table of a part of the sample.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="shard">The part, from 0.</param>
    public static string Shard(string folder, int shard) =>
        Path.Combine(folder, RunFolder.Shards, string.Create(CultureInfo.InvariantCulture, $"{shard:D2}.parquet"));

    /// <summary>Everything that a collection writes, as paths inside its folder.</summary>
    /// <param name="equations">Whether it writes stored equations.</param>
    public static string[] Results(bool equations) =>
    [
        RunFolder.Scores, RunFolder.Statistics, RunFolder.ModuleStatistics,
        .. Enumerable.Range(0, CollectStage.MostShards).Select(i => Shard("", i).Replace('\\', '/')),
        .. equations ? [RunFolder.Equations] : System.Array.Empty<string>(),
    ];

    /// <summary>Removes them, and <c>shards/</c> where nothing else lies in it. Only names that a collection gives are touched.</summary>
    /// <param name="folder">The collection's folder.</param>
    public static Either<FloeError, Unit> Remove(string folder)
    {
        string[] shards = [.. Enumerable.Range(0, CollectStage.MostShards).Select(i => Shard(folder, i)).Where(File.Exists)];
        string modules = Path.Combine(folder, RunFolder.ModuleStatistics);
        return
            from files in shards.Concat(File.Exists(modules) ? [modules] : [])
                .Each(path => FileErrors.Try(path, "remove the table of an earlier collection", () =>
            {
                File.Delete(path);
                return unit;
            }))
            from emptied in Directory.Exists(Path.Combine(folder, RunFolder.Shards))
                ? RemoveEmpty(Path.Combine(folder, RunFolder.Shards))
                : unit
            select emptied;
    }

    // A link to a folder elsewhere is its owner's.
    private static Either<FloeError, Unit> RemoveEmpty(string folder) => FileErrors.Try(folder, "remove the empty folder", () =>
    {
        if (new DirectoryInfo(folder).LinkTarget is null && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }

        return unit;
    });
}
