using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Files;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>A selection with the files it came from.</summary>
/// <param name="Scores">The score table's file.</param>
/// <param name="Table">Its means.</param>
/// <param name="Statistics">Layer statistics; without a column where there was no file.</param>
/// <param name="Result">The selection.</param>
public sealed record Selected(ScoreFile Scores, ScoreTable Table, LayerStatistics Statistics, SelectionResult Result)
{
    /// <summary>How sure each layer's place is, where that was asked for.</summary>
    public Arr<LayerConfidence> Confidence { get; init; } = Arr<LayerConfidence>.Empty;

    /// <summary>Share of the draws within an interval of <see cref="Confidence"/>; none where none were asked for.</summary>
    public Option<double> Level { get; init; }

    /// <summary>The rows of <c>layers.parquet</c>.</summary>
    public Arr<LayerRow> Rows => LayerTables.Rows(Result, Statistics).Map(row => Confidence.Find(c => c.Layer == row.Layer).Match(
        Some: c => row with { Interval = new RankInterval(c.RankLow, c.RankHigh, c.SelectedShare) },
        None: () => row));
}

/// <summary>
/// The stage <c>select</c>: stored scores in, masks and layers out, no model. <c>floe select</c> and <c>floe run</c> both call it, so that a run's
/// selection can be repeated from its scores.
/// </summary>
public static class SelectStage
{
    /// <summary>Selects from stored scores.</summary>
    /// <param name="scores">A score table.</param>
    /// <param name="statistics">A table of layer statistics, for policies that rank by one.</param>
    /// <param name="settings">How.</param>
    /// <param name="policy">By what, by name.</param>
    /// <param name="seed">Seed of the policy <c>random</c>.</param>
    /// <returns>The selection, or what is wrong with a file or an option.</returns>
    public static Either<FloeError, Selected> Run(
        string scores, Option<string> statistics, SelectionSettings settings, string policy, int seed) =>
        from options in SelectionWords.Options(settings, policy, seed)
        from named in Named(statistics, options.Policy)
        from file in ScoreTables.Read(scores)
        from table in file.Sums.ToTable()
        from columns in statistics.Match(
            Some: path =>
                from read in StatisticsTables.Read(path)
                from same in Origins.Same(path, read.Metadata, "the scores", file.Metadata, "Give the statistics that were collected with the scores.")
                select read.Statistics,
            None: () => Right<FloeError, LayerStatistics>(LayerStatistics.None(table.Shape.Layers)))
        from found in Found(statistics, columns, options.Policy)
        from result in Select.Run(table, options, columns)
        select new Selected(file, table, columns, result);

    private static Either<FloeError, Unit> Named(Option<string> statistics, Policy policy) =>
        policy.StatisticsColumn.Filter(_ => statistics.IsNone).Match(
            Some: column => Left<FloeError, Unit>(new FloeError.Usage(
                "--statistics", $"a file of layer statistics with the column {column}, by which the policy {policy.Label} ranks", "none",
                "Give the statistics.parquet that was collected with the scores (--statistics FILE), or choose another policy.")),
            None: () => unit);

    // What the file is called is known here and not where the column is missed.
    private static Either<FloeError, Unit> Found(Option<string> statistics, LayerStatistics columns, Policy policy) => (
        from path in statistics
        from column in policy.StatisticsColumn
        where columns.Find(column).IsNone
        select new FloeError.BadData(
            path, $"a column {column} with a number for every layer, by which the policy {policy.Label} ranks",
            columns.Names.Count == 0 ? "no such column" : string.Join(", ", columns.Names), "Collect that statistic, or choose another policy.")).Match(
            Some: error => Left<FloeError, Unit>(error),
            None: () => unit);

    /// <summary>
    /// Tunes the selection's masks from stored equations of the unmasked model (method §6, <c>teacher</c>), without the model. λ is the file's, where it
    /// stores one. Errors: equations of another stream, model, adapter or shape; a component that is missing, twice there or of another size.
    /// </summary>
    /// <param name="path">A <c>normal.parquet</c>.</param>
    /// <param name="selected">The selection.</param>
    /// <returns>The selection with tuned masks, or the error of the file.</returns>
    public static Either<FloeError, Selected> Tune(string path, Selected selected)
    {
        UnitMasks masks = selected.Result.Masks;
        return
            from tuned in NormalTables.Fold(
                path,
                masks.Shape,
                header => StoredEquations.Options(path, header, selected.Scores.Metadata, masks.Shape).Map(options => (Masks: masks, Options: options)),
                (before, block) =>
                    from solved in Tuning.Component(
                        block.Equations, before.Masks.Binary.OfComponent(block.Layer, block.Component), before.Options)
                    from next in before.Masks.With(block.Layer, block.Component, solved.Masks.ToArray(), solved.Status)
                    select (next, before.Options))
            from result in Select.WithTuned(selected.Table, selected.Result, tuned.Masks, selected.Statistics)
            select selected with { Result = result };
    }

    /// <summary>Writes <c>masks.parquet</c> and <c>layers.parquet</c>; the metadata of the scores goes with them.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="selected">The selection.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(string folder, Selected selected) => Write(
        Path.Combine(folder, RunFolder.Masks), Path.Combine(folder, RunFolder.Layers), selected);

    /// <summary>Writes them as a command's own result: the old ones are withdrawn first, and the folder says that it is not finished until both are there.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="command">The command, such as <c>floe select</c>.</param>
    /// <param name="selected">The selection.</param>
    public static Either<FloeError, Unit> WriteResult(string folder, string command, Selected selected) =>
        Unfinished.Writing(folder, command, [RunFolder.Masks, RunFolder.Layers], () => Write(folder, selected));

    /// <summary>Writes masks and layers to named files.</summary>
    /// <param name="masks">The masks' file.</param>
    /// <param name="layers">The layers' file.</param>
    /// <param name="selected">The selection.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(string masks, string layers, Selected selected) =>
        from one in MaskTables.Write(
            masks,
            selected.Result.Masks,
            selected.Result.Options.Refinement != RefinementForm.None,
            MaskSummary.Of(selected.Result.Search),
            selected.Scores.Metadata)
        from two in LayerTables.Write(
            layers, [.. selected.Rows], selected.Result.Importance.Source, selected.Scores.Metadata, selected.Level)
        select unit;
}
