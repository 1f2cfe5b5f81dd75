using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Runs.Plans;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs;

/// <summary>A selection with the files it came from.</summary>
/// <param name="Scores">The score table's file.</param>
/// <param name="Table">Its means.</param>
/// <param name="Statistics">Layer statistics; without a column where there was no file.</param>
/// <param name="Result">The selection.</param>
public sealed record Selected(ScoreFile Scores, ScoreTable Table, LayerStatistics Statistics, SelectionResult Result);

/// <summary>
/// The stage <c>select</c>: stored scores in, masks and layers out, no model. <c>floe select</c> and <c>floe run</c> both call it, so that a run's
/// selection can be repeated from its scores.
/// </summary>
public static class SelectionStage
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
        from file in ScoreTables.Read(scores)
        from table in file.Sums.ToTable()
        from columns in statistics.Match(
            Some: path => StatisticsTables.Read(path).Map(s => s.Statistics),
            None: () => Right<FloeError, LayerStatistics>(LayerStatistics.None(table.Shape.Layers)))
        from result in Select.Run(table, options, columns)
        select new Selected(file, table, columns, result);

    /// <summary>Writes <c>masks.parquet</c> and <c>layers.parquet</c>; the metadata of the scores goes with them.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="selected">The selection.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(string folder, Selected selected) => Write(
        Path.Combine(folder, RunFolder.Masks), Path.Combine(folder, RunFolder.Layers), selected);

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
            layers, LayerTables.Rows(selected.Result, selected.Statistics), selected.Result.Importance.Source, selected.Scores.Metadata)
        select unit;
}
