using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>Statistics of the linear layers themselves.</summary>
/// <param name="Layers">Decoder layer of each row.</param>
/// <param name="Modules">Module of each row by its Hugging Face name, such as <c>gate_proj</c>.</param>
/// <param name="Columns">Name and values of each statistic, one value a row, NaN where not collected.</param>
internal sealed record ModuleStatistics(Arr<int> Layers, Arr<string> Modules, Arr<(string Name, Arr<double> Values)> Columns);

/// <summary><c>statistics-modules.parquet</c>: one row a layer and module, with the columns of <c>statistics.parquet</c>.</summary>
internal static class ModuleStatisticsTables
{
    /// <summary>Name and version of the format.</summary>
    public const string Format = "statistics-modules/1";

    /// <summary>Writes statistics of modules: the known columns in their order, then the others in the given order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="statistics">The statistics; every column is as long as the rows.</param>
    /// <param name="metadata">What the file says of itself.</param>
    /// <returns>Unit, or the I/O error; <see cref="FloeError.BadData"/> for a column of another length.</returns>
    public static Either<FloeError, Unit> Write(string path, ModuleStatistics statistics, TableMetadata metadata)
    {
        int rows = statistics.Layers.Count;
        if (statistics.Columns.Map(column => (column.Name, column.Values.Count))
            .Add(("module", statistics.Modules.Count))
            .Find(column => column.Count != rows).Case
            is (string odd, int values))
        {
            return new FloeError.BadData(
                $"{path}, column `{odd}`", $"{rows} values, one a row", $"{values}", "Give each column a value for each row.");
        }

        string[] names = [
            .. StatisticsTables.Known, .. statistics.Columns.Map(c => c.Name).Where(name => !StatisticsTables.Known.Contains(name))];
        return TableWriter.Write(
            path,
            metadata.Pairs(Format),
            [
                new OutputColumn.Integers("layer", statistics.Layers.ToArray()),
                new OutputColumn.Texts("module", statistics.Modules.ToArray()),
                .. names.Select(name => StatisticsTables.Optional(name, statistics.Columns.Find(c => c.Name == name).Match(
                    Some: column => column.Values.ToArray(),
                    None: () => [.. Enumerable.Repeat(double.NaN, statistics.Layers.Count)]))),
            ]);
    }

    /// <summary>Reads statistics of modules.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The statistics and what the file says of itself, or the error that names row and column.</returns>
    public static Either<FloeError, (ModuleStatistics Statistics, TableMetadata Metadata)> Read(string path) =>
        ParquetTable.Read(path, table =>
        from metadata in TableMetadata.Read(table, Format)
        from layers in table.Column("layer").Bind(c => Numbers.Whole(path, c))
        from modules in table.Column("module").Bind(c => Modules(path, c))
        from _ in Doubled(path, layers, modules)
        from columns in StatisticsTables.Numeric(table, "layer", "module")
        select (
            new ModuleStatistics(
                toArray(layers.Select(layer => (int)layer)), toArray(modules), toArray(columns.Map(c => (c.Name, toArray(c.Values))))),
            metadata));

    private static Either<FloeError, string[]> Modules(string path, ColumnValues column) => column switch
    {
        { FirstMissing: >= 0 and var row } => Left<FloeError, string[]>(Numbers.Missing(path, column.Name, row)),
        { Values: string[] texts } => texts,
        _ =>
            new FloeError.BadData(
                $"{path}, column `{column.Name}`", "texts", column.Values.GetType().GetElementType()!.Name, "Store the column as text."),
    };

    private static Either<FloeError, Unit> Doubled(string path, long[] layers, string[] modules)
    {
        System.Collections.Generic.HashSet<(long, string)> seen = [];
        for (int row = 0; row < layers.Length; row++)
        {
            if (layers[row] is < 0 or > int.MaxValue || !seen.Add((layers[row], modules[row])))
            {
                return new FloeError.BadData(
                    Numbers.Row(path, "module", row), "one row for each layer from 0 and module", $"layer {layers[row]}, {modules[row]}",
                        "Correct the row.");
            }
        }

        return unit;
    }
}
