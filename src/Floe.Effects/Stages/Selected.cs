using Floe.Domain;
using Floe.Domain.Layers;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Files;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;

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

    /// <summary>
    /// Writes <c>masks.parquet</c> and <c>layers.parquet</c> as a command's own result; the metadata of the scores goes with them. The old
    /// files are withdrawn first, and the folder says that it is not finished until both are there.
    /// </summary>
    /// <param name="folder">Where to.</param>
    /// <param name="command">The command, such as <c>floe select</c>.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public Either<FloeError, Unit> WriteResult(string folder, string command) =>
        Unfinished.Writing(folder, command, [RunFolder.Masks, RunFolder.Layers], () => Write(
            Path.Combine(folder, RunFolder.Masks), Path.Combine(folder, RunFolder.Layers)));

    /// <summary>Writes masks and layers to named files.</summary>
    /// <param name="masks">The masks' file.</param>
    /// <param name="layers">The layers' file.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public Either<FloeError, Unit> Write(string masks, string layers) =>
        from one in MaskTables.Write(
            masks, Result.Masks, Result.Options.Refinement != RefinementForm.None, MaskSummary.Of(Result.Search), Scores.Metadata)
        from two in LayerTables.Write(layers, [.. Rows], Result.Importance.Source, Scores.Metadata, Level)
        select two;
}
