using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Effects.Identities;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>Merges score tables of disjoint shards into the table of the whole: the same bytes in whatever order and grouping they
/// come.</summary>
public static class ShardMerge
{
    private const string OneModel = "Merge tables of one model and one adapter.";

    /// <summary>Reads and merges tables.</summary>
    /// <param name="paths">At least one score table, all of one model and adapter, no two of the same sample.</param>
    /// <returns>The merged table, or the first error: a damaged table, tables of different models, the same sample twice.</returns>
    public static Either<FloeError, ScoreFile> Run(IReadOnlyList<string> paths) =>
        from files in paths.Each(
            path => ScoreTables.Read(path).Bind(file => StageHash.OfPath(path).Map(hash => new Shard(path, file, hash))))
        from one in files.Skip(1).Each(shard =>
            from model in Origins.SameModel(shard.Path, shard.File.Metadata, files[0].Path, files[0].File.Metadata, OneModel)
            from adapter in Origins.SameAdapter(shard.Path, shard.File.Metadata, files[0].Path, files[0].File.Metadata, OneModel)
            select adapter)
        from apart in files.Select((shard, i) => (shard, i)).Each(s => files.Take(s.i).Each(before => Apart(before, s.shard)))
        from sums in ScoreSums.Merge([.. files.Select(shard => shard.File.Sums)])
        let all = toArray(files.Select(shard => shard.File))
        select new ScoreFile(sums, Metadata(all), toArray(all.Bind(f => f.Notes).AsEnumerable().Distinct()));

    // Where a table does not say its sample, the same file under two names is what can be told.
    private static Either<FloeError, Unit> Apart(Shard before, Shard shard)
    {
        Option<string> common = (
            from one in shard.File.Metadata.Data from other in before.File.Metadata.Data select SampleNames.Common(one, other))
            .IfNone(() => shard.Hash == before.Hash ? "the same file" : Option<string>.None);
        return common.Match(
            Some: sample => Left<FloeError, Unit>(new FloeError.BadData(
                $"{shard.Path}, metadata floe.data", $"another sample than that of {before.Path}", $"the same one ({sample})",
                "Give each sample once: its scores would count twice.")),
            None: () => unit);
    }

    // What the shards agree on. Their samples are listed in order of their names, so that neither order nor grouping shows.
    private static TableMetadata Metadata(Arr<ScoreFile> files) => new(
        files[0].Metadata.Shape,
        Agreed(files.Map(f => f.Metadata.Seed)),
        Agreed(files.Map(f => f.Metadata.Model)),
        Data(files),
        Agreed(files.Map(f => f.Metadata.Adapter)));

    private static Option<T> Agreed<T>(Arr<Option<T>> values) => values.Distinct().Count() == 1 ? values[0] : None;

    private static Option<string> Data(Arr<ScoreFile> files) =>
        files.ForAll(f => f.Metadata.Data.IsSome) ? SampleNames.Join(files.Bind(f => f.Metadata.Data.ToArr()).AsEnumerable()) : None;

    private sealed record Shard(string Path, ScoreFile File, Option<string> Hash);
}
