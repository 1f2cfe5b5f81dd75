using Floe.Domain;
using Floe.Domain.Layers;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>Statistics as read.</summary>
/// <param name="Statistics">One value a layer and column; NaN where it was not collected.</param>
/// <param name="Metadata">What the file says of itself.</param>
public sealed record StatisticsFile(LayerStatistics Statistics, TableMetadata Metadata);

/// <summary>
/// <c>statistics.parquet</c>: one row a layer; <c>weight_norm</c>, <c>gradient</c>, <c>snr</c>, <c>page</c>, <c>cka</c>, <c>activation</c>,
/// null where not collected. Any further numeric column is a policy of its own name.
/// </summary>
public static class StatisticsTables
{
    /// <summary>Name and version of the format.</summary>
    public const string Format = "statistics/1";

    /// <summary>The columns that are always written, in their order.</summary>
    internal static readonly string[] Known = ["weight_norm", "gradient", "snr", "page", "cka", "activation"];

    /// <summary>Writes statistics: the known columns in their order, then the others by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="statistics">The statistics.</param>
    /// <param name="metadata">What the file says of itself.</param>
    /// <returns>Unit, or the I/O error.</returns>
    public static Either<FloeError, Unit> Write(string path, LayerStatistics statistics, TableMetadata metadata) => TableWriter.Write(
        path,
        metadata.Pairs(Format),
        [
            new OutputColumn.Integers("layer", Enumerable.Range(0, statistics.Layers).ToArray()),
            .. Known.Concat(statistics.Names.Except(Known)).Select(name => Optional(name, statistics.Find(name).Match(
                Some: values => values.ToArray(),
                None: () => [.. Enumerable.Repeat(double.NaN, statistics.Layers)]))),
        ]);

    /// <summary>Reads statistics. Texts, times, nested columns and pandas' index columns are left alone; so is a column without any
    /// value.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The statistics, or the error that names row and column.</returns>
    public static Either<FloeError, StatisticsFile> Read(string path) => ParquetTable.Read(path, table =>
        from metadata in TableMetadata.Read(table, Format)
        from layers in LayerKeys.Read(table)
        from columns in Numeric(table, "layer")
        from statistics in columns.Fold(
            Right<FloeError, LayerStatistics>(LayerStatistics.None(layers.Length)),
            (all, column) => all.Bind(s => s.With(column.Name, LayerKeys.Ordered(layers, column.Values))))
        select new StatisticsFile(statistics, metadata));

    /// <summary>A column of numbers that may be missing; NaN is stored as null.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">One a row.</param>
    /// <returns>The column.</returns>
    internal static OutputColumn Optional(string name, double[] values) =>
        new OutputColumn.OptionalDoubles(name, System.Array.ConvertAll(values, v => double.IsNaN(v) ? (double?)null : v));

    /// <summary>The numeric columns of a table that are no keys.</summary>
    /// <param name="table">The table.</param>
    /// <param name="keys">Names of the keys.</param>
    /// <returns>Names and values, NaN where a row has none, or the error of a damaged column.</returns>
    internal static Either<FloeError, Seq<(string Name, double[] Values)>> Numeric(ParquetTable table, params string[] keys)
    {
        Either<FloeError, Seq<(string Name, double[] Values)>> found = Seq<(string Name, double[] Values)>();
        for (int i = 0; i < table.Columns.Count; i++)
        {
            TableColumn described = table.Columns[i];
            if (described.IsNested
                || keys.Contains(described.Name)
                || described.Name.StartsWith("__index_level_", StringComparison.Ordinal))
            {
                continue;
            }

            int index = i;
            found = from before in found
                    from column in table.Column(index)
                    from values in Numbers.IsNumeric(column) ? Numbers.Doubles(table.Path, column) : Right<FloeError, double[]>([])
                    select System.Array.Exists(values, v => !double.IsNaN(v)) ? before.Add((column.Name, values)) : before;
        }

        return found;
    }
}
