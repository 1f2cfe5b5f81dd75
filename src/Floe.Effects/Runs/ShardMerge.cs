using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs;

/// <summary>Merges score tables of disjoint shards into the table of the whole: the same bytes in whatever order and grouping they come.</summary>
public static class ShardMerge
{
    /// <summary>Reads and merges tables.</summary>
    /// <param name="paths">At least one score table, all of one model.</param>
    /// <returns>The merged table, or the first error: a damaged table, tables of different models.</returns>
    public static Either<FloeError, ScoreFile> Run(IReadOnlyList<string> paths) =>
        from files in paths.Fold(Right<FloeError, Arr<ScoreFile>>(Arr<ScoreFile>.Empty), (all, path) =>
            from before in all
            from file in ScoreTables.Read(path)
            from same in before.HeadOrNone().Match(Some: first => SameModel(paths[0], first, path, file), None: () => unit)
            select before.Add(file))
        from sums in ScoreSums.Merge([.. files.Map(f => f.Sums).AsEnumerable()])
        select new ScoreFile(sums, Metadata(files), toArray(files.Bind(f => f.Notes).AsEnumerable().Distinct()));

    private static Either<FloeError, Unit> SameModel(string firstPath, ScoreFile first, string path, ScoreFile other)
    {
        Option<(string Other, string First)> apart =
            from mine in other.Metadata.Model from theirs in first.Metadata.Model from found in mine.Against(theirs) select found;
        return apart.Match(
            Some: found => Left<FloeError, Unit>(new FloeError.BadData(
                $"{path}, metadata floe.model", $"the model of {firstPath}, {found.First}", found.Other, "Merge tables of one model.")),
            None: () => unit);
    }

    // What the shards agree on. Their data are listed in order of their hashes, so that neither order nor grouping shows.
    private static TableMetadata Metadata(Arr<ScoreFile> files) => new(
        files[0].Metadata.Shape,
        Agreed(files.Map(f => f.Metadata.Seed)),
        Agreed(files.Map(f => f.Metadata.Model)),
        Data(files),
        Agreed(files.Map(f => f.Metadata.Adapter)));

    private static Option<T> Agreed<T>(Arr<Option<T>> values) => values.Distinct().Count() == 1 ? values[0] : None;

    private static Option<string> Data(Arr<ScoreFile> files) => files.Count == 1
        ? files[0].Metadata.Data
        : files.ForAll(f => f.Metadata.Data.IsSome)
            ? string.Join(',', files.Bind(f => f.Metadata.Data.ToArr()).Bind(d => toArray(d.Split(','))).AsEnumerable().Order(StringComparer.Ordinal))
            : None;
}
