using System.Globalization;
using Floe.Domain;
using Floe.Domain.Layers;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>How far a layer's rank moves over resampled samples.</summary>
/// <param name="RankLow">Lower end of the interval of ranks.</param>
/// <param name="RankHigh">Upper end.</param>
/// <param name="SelectedShare">Share of the resamples that select the layer, in [0, 1].</param>
public readonly record struct RankInterval(int RankLow, int RankHigh, double SelectedShare);

/// <summary>One row of <c>layers.parquet</c>.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Importance">s_k.</param>
/// <param name="Rank">Place in the policy's ranking, 0 = most important.</param>
/// <param name="Selected">Whether the policy chose the layer.</param>
/// <param name="HeadSparsity">1 − mean m over its heads.</param>
/// <param name="NeuronSparsity">1 − mean m over its neurons.</param>
/// <param name="Fisher">Σ τ over its units.</param>
/// <param name="Taylor">Σ t over its units.</param>
/// <param name="WeightNorm">Frobenius norm of its weights, where it was collected.</param>
/// <param name="Policy">The policy's name.</param>
/// <param name="Interval">Its rank over resamples, where that was asked for.</param>
public sealed record LayerRow(
    int Layer,
    double Importance,
    int Rank,
    bool Selected,
    double HeadSparsity,
    double NeuronSparsity,
    double Fisher,
    double Taylor,
    Option<double> WeightNorm,
    string Policy,
    Option<RankInterval> Interval = default);

/// <summary>Layers as read.</summary>
/// <param name="Rows">One a layer, by layer.</param>
/// <param name="Source">Whether s_k is that of binary or of tuned masks.</param>
/// <param name="Metadata">What the file says of itself.</param>
public sealed record LayerFile(Arr<LayerRow> Rows, MaskSource Source, TableMetadata Metadata)
{
    /// <summary>Share of the resamples between the ends of an interval of ranks, in ]0, 1[; none without intervals, or where the file does
    /// not say.</summary>
    public Option<double> Level { get; init; }

    /// <summary>The chosen layers, ascending.</summary>
    public Arr<int> Selected => toArray(Rows.Filter(row => row.Selected).Map(row => row.Layer));
}

/// <summary><c>layers.parquet</c>: one row a layer, sorted by layer (docs/formats.md).</summary>
public static class LayerTables
{
    /// <summary>Name and version of the format.</summary>
    public const string Format = "layers/1";

    private const string SourceKey = "floe.importance";
    private const string LevelKey = "floe.level";

    /// <summary>The rows of a selection.</summary>
    /// <param name="result">The selection.</param>
    /// <param name="statistics">Statistics of the same layers; <c>weight_norm</c> is taken from them.</param>
    /// <returns>One row a layer.</returns>
    internal static Arr<LayerRow> Rows(SelectionResult result, LayerStatistics statistics)
    {
        Option<ReadOnlyMemory<double>> norms = statistics.Find("weight_norm");
        return toArray(Enumerable.Range(0, result.Importance.Scores.Count).Select(layer => new LayerRow(
            layer,
            result.Importance.Scores[layer],
            result.Layers.Ranking.Ranks[layer],
            result.Layers.Contains(layer),
            result.Importance.HeadSparsity[layer],
            result.Importance.NeuronSparsity[layer],
            result.LayerFisher[layer],
            result.LayerTaylor[layer],
            norms.Map(n => n.Span[layer]).Filter(n => !double.IsNaN(n)),
            result.Options.Policy.Label)));
    }

    /// <summary>Writes layers. The interval columns are there where every row has an interval.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">One a layer, by layer.</param>
    /// <param name="source">Whether s_k is that of binary or of tuned masks; <c>floe.importance</c>.</param>
    /// <param name="metadata">What the file says of itself.</param>
    /// <param name="level">Share of the resamples between the ends of an interval, <c>floe.level</c>; stored with the intervals
    /// only.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(
        string path, IReadOnlyList<LayerRow> rows, MaskSource source, TableMetadata metadata, Option<double> level = default) =>
            TableWriter.Write(
        path,
        [
            .. metadata.Pairs(Format),
            (SourceKey, source == MaskSource.Tuned ? "tuned" : "binary"),
            .. level.Filter(_ => HaveIntervals(rows)).Map(share => (LevelKey, share.ToString("R", CultureInfo.InvariantCulture))),
        ],
        [
            new OutputColumn.Integers("layer", Each(rows, r => r.Layer)),
            new OutputColumn.Doubles("importance", Each(rows, r => r.Importance)),
            new OutputColumn.Integers("rank", Each(rows, r => r.Rank)),
            new OutputColumn.Flags("selected", Each(rows, r => r.Selected)),
            new OutputColumn.Doubles("head_sparsity", Each(rows, r => r.HeadSparsity)),
            new OutputColumn.Doubles("neuron_sparsity", Each(rows, r => r.NeuronSparsity)),
            new OutputColumn.Doubles("fisher", Each(rows, r => r.Fisher)),
            new OutputColumn.Doubles("taylor", Each(rows, r => r.Taylor)),
            new OutputColumn.OptionalDoubles("weight_norm", Each(rows, r => r.WeightNorm.ToNullable())),
            new OutputColumn.Texts("policy", Each(rows, r => r.Policy)),
            .. Intervals(rows),
        ]);

    /// <summary>Reads layers.</summary>
    /// <param name="path">The file.</param>
    /// <returns>One row a layer, or the error that names row and column.</returns>
    public static Either<FloeError, LayerFile> Read(string path) => ParquetTable.Read(path, table =>
        from metadata in TableMetadata.Read(table, Format)
        from layers in LayerKeys.Read(table)
        from importance in Required(table, "importance")
        from ranks in table.Column("rank").Bind(c => Numbers.Whole(path, c))
        from selected in Flags(table, "selected")
        from heads in Required(table, "head_sparsity")
        from neurons in Required(table, "neuron_sparsity")
        from fisher in Required(table, "fisher")
        from taylor in Required(table, "taylor")
        from norms in table.Has("weight_norm") ? table.Column("weight_norm").Bind(c => Numbers.Doubles(path, c)) : NaNs(table.Rows)
        from policies in Texts(table, "policy")
        from intervals in ReadIntervals(table)
        from level in ReadLevel(table)
        let rows = Enumerable.Range(0, table.Rows).Select(row => new LayerRow(
            layers[row], importance[row], (int)ranks[row], selected[row], heads[row], neurons[row], fisher[row], taylor[row],
            double.IsNaN(norms[row]) ? None : Some(norms[row]), policies[row], intervals.Map(all => all[row])))
        select new LayerFile(
            toArray(rows.OrderBy(row => row.Layer)),
            table.Metadata.TryGetValue(SourceKey, out string? source) && source == "tuned" ? MaskSource.Tuned : MaskSource.Binary,
            metadata) { Level = level.Filter(_ => intervals.IsSome) });

    private static bool HaveIntervals(IReadOnlyList<LayerRow> rows) => rows.Count > 0 && rows.All(r => r.Interval.IsSome);

    private static OutputColumn[] Intervals(IReadOnlyList<LayerRow> rows) => HaveIntervals(rows)
        ?
        [
            new OutputColumn.Integers("rank_low", Each(rows, r => Interval(r).RankLow)),
            new OutputColumn.Integers("rank_high", Each(rows, r => Interval(r).RankHigh)),
            new OutputColumn.Doubles("selected_share", Each(rows, r => Interval(r).SelectedShare)),
        ]
        : [];

    private static RankInterval Interval(LayerRow row) => row.Interval.IfNone(default(RankInterval));

    private static T[] Each<T>(IReadOnlyList<LayerRow> rows, Func<LayerRow, T> column) => [.. rows.Select(column)];

    private static Either<FloeError, Option<RankInterval[]>> ReadIntervals(ParquetTable table) => table.Has("selected_share")
        ? from low in table.Column("rank_low").Bind(c => Numbers.Whole(table.Path, c))
          from high in table.Column("rank_high").Bind(c => Numbers.Whole(table.Path, c))
          from share in Required(table, "selected_share")
          select Some(Enumerable.Range(0, table.Rows).Select(row => new RankInterval((int)low[row], (int)high[row], share[row])).ToArray())
        : Right<FloeError, Option<RankInterval[]>>(None);

    private static Either<FloeError, Option<double>> ReadLevel(ParquetTable table) =>
        !table.Metadata.TryGetValue(LevelKey, out string? text) ? Right<FloeError, Option<double>>(None)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double level)
            && level is > 0 and < 1 ? Right<FloeError, Option<double>>(level)
        : new FloeError.BadData($"{table.Path}, metadata {LevelKey}", "a number between 0 and 1", $"`{text}`", "Select again.");

    private static Either<FloeError, double[]> NaNs(int rows) => Enumerable.Repeat(double.NaN, rows).ToArray();

    private static Either<FloeError, double[]> Required(ParquetTable table, string name) => table.Column(name).Bind(column =>
        column.FirstMissing is >= 0 and var row
            ? Left<FloeError, double[]>(Numbers.Missing(table.Path, name, row))
            : Numbers.Doubles(table.Path, column));

    private static Either<FloeError, bool[]> Flags(ParquetTable table, string name) => table.Column(name).Bind(column => column switch
    {
        { FirstMissing: >= 0 and var row } => Left<FloeError, bool[]>(Numbers.Missing(table.Path, name, row)),
        { Values: bool[] flags } => flags,
        _ =>
            new FloeError.BadData(
                $"{table.Path}, column `{name}`", "true or false", column.Values.GetType()
                    .GetElementType()!.Name, "Store the column as boolean."),
    });

    private static Either<FloeError, string[]> Texts(ParquetTable table, string name) => table.Column(name).Bind(column => column switch
    {
        { FirstMissing: >= 0 and var row } => Left<FloeError, string[]>(Numbers.Missing(table.Path, name, row)),
        { Values: string[] texts } => texts,
        _ =>
            new FloeError.BadData(
                $"{table.Path}, column `{name}`", "texts", column.Values.GetType().GetElementType()!.Name, "Store the column as text."),
    });
}
